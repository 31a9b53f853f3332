"""How compiled functions of routing and traffic hand what they work on to each other: by reference.

A named tuple of arrays is handed on array by array, each of seven words. With a state of fifty arrays that takes
longer than the work itself, to run and to compile. A reference is one word.
"""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256
from typing import Any, TypeVar, cast

import numpy as np
from numba import njit, types
from numba.core import cgutils
from numba.core.datamodel import models
from numba.core.typing.templates import AttributeTemplate
from numba.extending import (
    infer_getattr,
    intrinsic,
    lower_getattr_generic,
    lower_setattr_generic,
    register_model,
)

F = TypeVar("F", bound=Callable[..., object])


def inner(function: F) -> F:
    """Compile a function without the ways in from Python and C.

    Parameters
    ----------
    function : callable
        To be called by compiled code only.

    Returns
    -------
    callable
        Compiled when it is first needed.
    """
    options: Any = {"cache": True, "no_cpython_wrapper": True, "no_cfunc_wrapper": True}
    return cast(F, njit(**options)(function))


def constants(count: int) -> list[int]:
    """Whole numbers from 0 for constants that are arguments of compiled functions.

    Of a plain number the compiler makes a type of its own, and compiles the function anew for each.

    Parameters
    ----------
    count : int
        How many.

    Returns
    -------
    list of int
        In a type that all of them share.
    """
    return cast("list[int]", list(np.arange(count, dtype=np.int64)))


class Reference(types.Type):
    """Type, in compiled code, of a reference to a named tuple; its fields are read as those of the tuple are.

    A field that is a named tuple itself is a reference again. Users of arrays are not counted: the counts change
    by instructions that wait for the other processor cores.
    """

    def __init__(self, whole: Any) -> None:
        self.whole = whole
        # The name becomes part of the names of all functions; that of the tuple would be of many kilobytes.
        digest = sha256(str(whole).encode()).hexdigest()[:12]
        super().__init__(f"{whole.instance_class.__name__}&{digest}")

    @property
    def key(self) -> Any:
        """What makes two references the same type."""
        return self.whole

    def field(self, name: str) -> tuple[int, types.Type] | None:
        """Place and type of a field, or None."""
        if name not in self.whole.fields:
            return None
        place = self.whole.fields.index(name)
        return place, self.whole.types[place]


@register_model(Reference)
class _ReferenceModel(models.PrimitiveModel):
    def __init__(self, manager: Any, kind: Reference) -> None:
        super().__init__(manager, kind, manager.lookup(kind.whole).get_value_type().as_pointer())


@infer_getattr
class _Fields(AttributeTemplate):
    key = Reference

    def generic_resolve(self, reference: Reference, name: str) -> types.Type | None:  # type: ignore[override]
        found = reference.field(name)
        if found is None:
            return None
        return Reference(found[1]) if isinstance(found[1], types.BaseNamedTuple) else found[1]


@lower_getattr_generic(Reference)
def _get(context: Any, builder: Any, kind: Reference, pointer: Any, name: str) -> Any:
    place, field = kind.field(name) or (0, None)
    slot = cgutils.gep_inbounds(builder, pointer, 0, place)
    if isinstance(field, types.BaseNamedTuple):
        return slot
    value = builder.load(slot)
    return _uncounted(context, builder, value, field) if isinstance(field, types.Array) else value


@lower_setattr_generic(Reference)
def _set(context: Any, builder: Any, signature: Any, arguments: Any, name: str) -> None:
    kind, field = signature.args
    place = kind.whole.fields.index(name)
    pointer, value = arguments
    slot = cgutils.gep_inbounds(builder, pointer, 0, place)
    context.nrt.incref(builder, field, value)
    context.nrt.decref(builder, field, builder.load(slot))
    builder.store(value, slot)


def _uncounted(context: Any, builder: Any, value: Any, kind: Any) -> Any:
    """A value without a count of who uses its memory."""
    if isinstance(kind, types.BaseNamedTuple):
        for place, field in enumerate(kind.types):  # type: ignore[attr-defined]
            part = _uncounted(context, builder, builder.extract_value(value, place), field)
            value = builder.insert_value(value, part, place)
    elif isinstance(kind, types.Array):
        view = context.make_array(kind)(context, builder, value)
        view.meminfo = view.meminfo.type(None)
        view.parent = view.parent.type(None)
        value = view._getvalue()
    return value


def _by_reference(typing_context, value):  # type: ignore[no-untyped-def]
    """Refer to a named tuple that is an argument of the function which does so.

    Only to an argument: whoever called the function holds it until that returns. Arrays may be set in place of
    those there; `by_value` gives the tuple with them, and must be called once where any were.

    Parameters
    ----------
    value : named tuple, or reference to one
        A reference is what it is already.

    Returns
    -------
    reference
        To a copy of the tuple in the function's frame.
    """
    if isinstance(value, Reference):
        return value(value), lambda context, builder, signature, arguments: arguments[0]

    def generate(context, builder, signature, arguments):  # type: ignore[no-untyped-def]
        (kind,), (argument,) = signature.args, arguments
        slot = cgutils.alloca_once(builder, argument.type)
        builder.store(_uncounted(context, builder, argument, kind), slot)
        return slot

    return Reference(value)(value), generate


def _by_value(typing_context, reference, first):  # type: ignore[no-untyped-def]
    """Named tuple of a reference that is not used any more.

    Parameters
    ----------
    reference : reference
        As `by_reference` made it.
    first : named tuple
        Of which it made it.

    Returns
    -------
    named tuple
        With the arrays that were set since, and otherwise those of `first`.
    """

    def generate(context, builder, signature, arguments):  # type: ignore[no-untyped-def]
        (pointer, value), kind = arguments, signature.args[1]
        for place, field in enumerate(kind.types):
            before = builder.extract_value(value, place)
            after = builder.load(cgutils.gep_inbounds(builder, pointer, 0, place))
            meminfo = context.make_array(field)(context, builder, after).meminfo
            was_set = cgutils.is_not_null(builder, meminfo)
            with builder.if_then(builder.not_(was_set)):
                context.nrt.incref(builder, field, before)
            value = builder.insert_value(value, builder.select(was_set, after, before), place)
        return value

    return first(reference, first), generate


by_reference: Any = intrinsic(_by_reference)
by_value: Any = intrinsic(_by_value)
