import numpy as np

from qqnet.report.scales import NO_VALUE, dop_scale, fold_scale, share_scale

GREY = np.rint(255 * np.array(NO_VALUE)).astype(int).tolist()


def brightness(colours):
    return colours[:, :3].astype(float) @ [0.2126, 0.7152, 0.0722]


def test_each_fold_has_its_own_colour_and_more_is_brighter():
    folds = np.arange(0.0, 7.0)
    colours = fold_scale(folds, 4).colours(folds)
    assert len(np.unique(colours, axis=0)) == 7
    assert (np.diff(brightness(colours)) > 0).all()


def test_folds_beyond_the_scale_share_its_last_colour():
    folds = np.arange(0.0, 30.0)
    scale = fold_scale(folds, 4)
    colours = scale.colours(folds)
    assert scale.tick_labels[-1] == "≥ 9"
    assert (colours[9:] == colours[9]).all()


def test_what_is_missing_is_grey_and_nothing_else_is():
    dops = np.array([2.0, 5.0, 80.0, np.inf])
    colours = dop_scale(dops, 6.0, "GDOP").colours(dops)
    assert colours[3].tolist() == GREY
    assert GREY not in colours[:3].tolist()
    assert (np.diff(brightness(colours[:3])) < 0).all()


def test_nothing_but_missing_values_still_has_a_scale():
    scale = dop_scale(np.full(4, np.inf), 6.0, "GDOP")
    assert (scale.colours(np.full(4, np.inf)) == GREY).all()
    assert scale.norm.vmin < scale.norm.vmax


def test_shares_start_at_the_round_number_below():
    assert share_scale(np.array([0.97, 1.0]), "share").norm.vmin == 0.95
    assert share_scale(np.array([0.2, 1.0]), "share").norm.vmin == 0.0
    assert share_scale(np.array([1.0]), "share").norm.vmin == 0.99
