"""Values that are made quickly are the frozen dataclasses that they were."""

from dataclasses import FrozenInstanceError, dataclass, field, fields, replace

import pytest

from domain.values import quickly_made


@quickly_made
@dataclass(frozen=True, slots=True)
class Quick:
    """Each way in which a field may get its value."""

    first: int
    second: str = "two"
    third: list[int] = field(default_factory=list[int])
    fourth: int = field(default=4, kw_only=True)
    twice: int = field(init=False)

    def __post_init__(self) -> None:
        """Refuse a negative one, and find what follows."""
        if self.first < 0:
            raise ValueError(self.first)
        object.__setattr__(self, "twice", 2 * self.first)


@pytest.mark.parametrize(
    ("made", "values"),
    [
        (Quick(1), (1, "two", [], 4, 2)),
        (Quick(1, "2"), (1, "2", [], 4, 2)),
        (Quick(first=1, third=[3], fourth=5), (1, "two", [3], 5, 2)),
        (replace(Quick(1), second="other"), (1, "other", [], 4, 2)),
    ],
)
def test_fields_get_what_is_given_or_their_default(made: Quick, values: tuple[object, ...]) -> None:
    assert type(made) is Quick
    assert tuple(getattr(made, each.name) for each in fields(Quick)) == values


def test_defaults_that_are_made_are_made_anew() -> None:
    assert Quick(1).third is not Quick(1).third


def test_equal_values_are_equal_and_no_others() -> None:
    assert Quick(1) == Quick(1)
    assert Quick(1) != Quick(2)


def test_nothing_can_be_changed_afterwards() -> None:
    made = Quick(1)
    with pytest.raises(FrozenInstanceError):
        made.first = 2  # type: ignore[misc] - what is tried
    with pytest.raises(FrozenInstanceError):
        del made.first  # type: ignore[misc] - as above
    assert made.first == 1


def test_an_invariant_is_checked_when_it_is_made() -> None:
    with pytest.raises(ValueError, match="-1"):
        Quick(-1)


@pytest.mark.parametrize("wrong", [(), (1, "2", [], 4)])
def test_what_does_not_fit_is_no_value(wrong: tuple[object, ...]) -> None:
    with pytest.raises(TypeError):
        Quick(*wrong)  # type: ignore[call-arg] - what is tried
