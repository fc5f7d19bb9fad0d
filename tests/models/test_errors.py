"""The errors of models, pickled: a model may run in another process."""

from __future__ import annotations

import pickle

import pytest

from standfirst_models import errors
from standfirst_models.errors import ModelError, NotReady

KINDS = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, ModelError)]


@pytest.mark.parametrize("kind", KINDS)
def test_a_pickled_error_keeps_its_type_message_and_attributes(kind: type[ModelError]) -> None:
    error = NotReady("Not yet.", 2.5) if kind is NotReady else kind("It cannot be.")
    again = pickle.loads(pickle.dumps(error))  # noqa: S301 - pickled just now
    assert (type(again), str(again), vars(again)) == (kind, str(error), vars(error))
