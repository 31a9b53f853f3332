"""The report: every section of a study on one page that needs nothing else."""

from __future__ import annotations

from collections.abc import Callable
from os import PathLike
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

from qqnet import __version__
from qqnet.files import whole_file
from qqnet.pointing.apertures import is_limited
from qqnet.report.page import Block, Card, Cards, Section, Text
from qqnet.report.wording import duration, utc, whole
from qqnet.space.timescales import format_utc
from qqnet.study import keys
from qqnet.study.progress import Silent

if TYPE_CHECKING:
    from qqnet.study.progress import Progress
    from qqnet.study.study import Study

STAGE = "report"


def write_report(
    study: Study, path: str | PathLike[str], progress: Progress | None = None, *, animate: bool = False
) -> None:
    """Write the report of a study: one HTML file that needs nothing else.

    In the study's own folder it is a stage like the others: unchanged, it is not drawn again.

    Parameters
    ----------
    study : Study
        What is not computed yet is computed now.
    path : path-like
        The file; it is replaced as a whole.
    progress : Progress, optional
        Who is told.
    animate : bool
        Whether the surfaces have a moving picture, which adds up to 2 MB for each.

    Raises
    ------
    InputError
        Where the file cannot be written.
    """
    told: Progress = Silent() if progress is None else progress
    path = Path(path)
    if study.folder is not None and path.parent.resolve() == study.folder.path.resolve():
        key = keys.everything(study.scenario) + (" with animation" if animate else "")
        study.folder.stage(
            STAGE, key, lambda advance: {path.name: _writer(report_html(study, advance, animate))}, told
        )
        return
    began = perf_counter()
    told.start(STAGE, reused=False)
    with whole_file(path) as part:
        _writer(report_html(study, told.advance, animate))(part)
    told.finish(STAGE, perf_counter() - began)


def _writer(page: str) -> Callable[[Path], None]:
    return lambda part: _write(page, part)


def _write(page: str, part: Path) -> None:
    part.write_text(page, encoding="utf-8")


def report_html(
    study: Study, advance: Callable[[float], None] = lambda _: None, animate: bool = False
) -> str:
    """Return the page of a study as HTML; `advance` is told the share done."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    from qqnet.report.style import drawing

    with drawing():
        sections = _sections(study, advance, animate)
    templates = Path(__file__).parent / "templates"
    environment = Environment(
        loader=FileSystemLoader(templates),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    scenario, time = study.scenario, study.scenario.time
    return environment.get_template("report.html.j2").render(
        title=scenario.title or scenario.name,
        name=scenario.name,
        description=scenario.description,
        span=(
            f"{utc(format_utc(time.start_s))} to {utc(format_utc(time.stop_s))} UTC "
            f"({duration(time.duration)}), "
            f"base step {duration(time.step)}, {whole(len(scenario.node_names))} nodes"
        ),
        sections=sections,
        style=(templates / "report.css").read_text(encoding="utf-8"),
        version=__version__,
    )


def _sections(study: Study, advance: Callable[[float], None], animate: bool) -> list[Section]:
    from qqnet.report.compliance_section import compliance_blocks
    from qqnet.report.contact_section import contact_blocks
    from qqnet.report.flow_section import flow_blocks
    from qqnet.report.frequency_section import frequency_blocks
    from qqnet.report.gnss_section import gnss_blocks
    from qqnet.report.link_section import link_blocks
    from qqnet.report.links_over_time import GatheredContacts
    from qqnet.report.making import provenance_blocks
    from qqnet.report.orbit_section import orbit_blocks
    from qqnet.report.overview import overview_blocks
    from qqnet.report.planets import planet_blocks
    from qqnet.report.pointing_section import pointing_blocks
    from qqnet.report.sources import source_blocks
    from qqnet.report.stability_section import stability_blocks
    from qqnet.report.topology_section import topology_blocks
    from qqnet.report.trunks import trunk_blocks
    from qqnet.report.user_section import user_blocks
    from qqnet.report.volume_section import volume_blocks
    from qqnet.report.weather_section import fallback_blocks, weather_blocks

    gathered = GatheredContacts(study.scenario, study.contacts)
    makers: list[tuple[str, str, Callable[[], list[Block]]]] = [
        ("answers", "Answers", lambda: _answers(study)),
        ("network", "The network", lambda: [*overview_blocks(study), *topology_blocks(study)]),
        ("surfaces", "Coverage and navigation", lambda: _surfaces(study, animate)),
        *(
            [("users", "Users of navigation", lambda: user_blocks(study))]
            if study.scenario.navigation_users
            else []
        ),
        *(
            [("service-volumes", "Service volumes", lambda: volume_blocks(study))]
            if study.scenario.service_volumes
            else []
        ),
        *([("years", "Years", lambda: stability_blocks(study))] if study.scenario.stability else []),
        *([("gnss", "Navigation satellites", lambda: gnss_blocks(study))] if study.scenario.gnss else []),
        *(
            [("orbits", "Orbits and clocks", lambda: orbit_blocks(study))]
            if study.scenario.orbit_determination
            else []
        ),
        ("planets", "Between the planets", lambda: planet_blocks(study, gathered)),
        ("trunks", "Trunks", lambda: trunk_blocks(study, gathered)),
        ("links", "Links", lambda: link_blocks(study)),
        *([("beams", "Beams", lambda: pointing_blocks(study))] if is_limited(study.scenario) else []),
        *([("weather", "Clouds", lambda: weather_blocks(study))] if "weather" in study.summary else []),
        *(
            [("fallback", "Lasers and their fallback", lambda: fallback_blocks(study.summary))]
            if study.summary["fallback"] or study.summary.get("downlinks")
            else []
        ),
        ("contacts", "Contacts", lambda: contact_blocks(study, gathered)),
        ("frequencies", "Frequencies", lambda: frequency_blocks(study)),
        ("flows", "Traffic", lambda: flow_blocks(study)),
        ("compliance", "Compliance", lambda: compliance_blocks(study)),
        ("sources", "Assumptions and sources", lambda: source_blocks(study.scenario)),
        ("provenance", "Provenance", lambda: provenance_blocks(study.provenance)),
    ]
    sections = []
    for n, (anchor, title, make) in enumerate(makers):
        sections.append(Section(anchor, title, make()))
        advance((n + 1) / len(makers))
    return sections


def _answers(study: Study) -> list[Block]:
    verdicts = {True: "yes", False: "no", None: "open"}
    cards = [
        Card(entry["question"], entry["answer"], entry.get("detail", ""), verdicts[entry["ok"]])
        for entry in study.summary["headlines"]
    ]
    if not cards:
        return [Text("The scenario asks nothing: it has no grid and no flow.")]
    return [Cards(cards)]


def _surfaces(study: Study, animate: bool) -> list[Block]:
    from qqnet.report.error_section import error_blocks
    from qqnet.report.surfaces import surface_blocks

    if not study.scenario.grids:
        return [Text("The scenario has no grid, so no surface was looked at.")]
    blocks: list[Block] = []
    for grid in study.scenario.grids:
        blocks += surface_blocks(study, grid, animate)
        if grid.errors is not None:
            blocks += error_blocks(study, grid)
    return blocks
