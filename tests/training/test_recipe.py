from __future__ import annotations

from pathlib import Path

import pytest

from inquit.errors import DataError
from inquit.training.recipe import RECIPES, read_recipe, settings_of


@pytest.mark.parametrize("name", RECIPES)
def test_a_bundled_recipe_is_whole(name: str) -> None:
    """Nothing but the places of files has to be given beside a recipe."""
    settings = settings_of(name, data=Path("d"), out=Path("o"), encoder="e")
    assert settings.name == f"inquit-{name}-en"
    assert settings.epochs >= settings.averaged
    assert {corpus for corpus, _ in settings.shares} <= set(settings.corpora)


def test_what_is_given_wins() -> None:
    """A number beside the recipe stands instead of the recipe's."""
    assert settings_of("small", data=Path("d"), out=Path("o"), encoder="e", epochs=1).epochs == 1


def test_a_recipe_of_ones_own_is_a_file(tmp_path: Path) -> None:
    """A TOML file is read by its path."""
    path = tmp_path / "own.toml"
    path.write_text('name = "own"\nhead_rate = 1\n[shares]\nnews = 0.5\n[augmentation]\nnoise = 0.0\n')
    values = read_recipe(str(path))
    assert (values["name"], values["head_rate"], values["shares"]) == ("own", 1, (("news", 0.5),))
    assert values["augmentation"].noise == 0.0
    with pytest.raises(DataError, match=r"lacks .*epochs"):
        settings_of(str(path), data=tmp_path, out=tmp_path, encoder="e")


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("epochs = ", "is no TOML"),
        ("epoch = 3", "unknown settings: epoch"),
        ("epochs = 1.5", "epochs is no int"),
        ("epochs = true", "epochs is no int"),
        ("name = 3", "name is no str"),
        ("dropout = 'much'", "dropout is no float"),
        ("corpora = 'news'", "corpora is no list"),
        ("corpora = []", "corpora is no list"),
        ("shares = 0.5", "shares is no table"),
        ("[shares]\nnews = 'half'", "shares is no table"),
        ("[augmentation]\nrain = 1.0", "unknown in augmentation: rain"),
    ],
)
def test_a_wrong_recipe_is_told(tmp_path: Path, text: str, complaint: str) -> None:
    """A mistake is a DataError that names the setting, not a crash hours later."""
    path = tmp_path / "own.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DataError, match=complaint):
        read_recipe(str(path))


def test_a_missing_recipe_is_told() -> None:
    """The bundled names are listed."""
    with pytest.raises(DataError, match="no recipe huge: small, base"):
        read_recipe("huge")
