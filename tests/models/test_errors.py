"""Errors of models: what they carry comes along where the model runs in another process."""

from __future__ import annotations

import pickle

import pytest

from standfirst_models import errors
from standfirst_models.errors import ModelError, NotReady

KINDS = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, ModelError)]


@pytest.mark.parametrize("kind", KINDS)
def test_an_error_comes_out_of_a_pickle_as_it_was(kind: type[ModelError]) -> None:
    error = NotReady("Not yet.", 2.5) if kind is NotReady else kind("It cannot be.")
    again = pickle.loads(pickle.dumps(error))  # noqa: S301 - by its own hand
    assert (type(again), str(again), vars(again)) == (kind, str(error), vars(error))
