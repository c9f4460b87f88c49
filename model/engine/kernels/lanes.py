# mypy: allow-untyped-defs, allow-untyped-calls, disable-error-code="attr-defined, misc, import-untyped"
"""Several numbers side by side that the processor handles with one instruction: a type of its own in kernels.

Loops over neighbouring numbers are only vectorised by the compiler where it can rule out that arrays
overlap, which it cannot here. So the vectors are written out: `load`, `store`, `spread`, `+`, `*`.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any, ClassVar

from llvmlite import ir
from numba.core import cgutils, types
from numba.core.typing.templates import ConcreteTemplate, infer_global, signature
from numba.extending import intrinsic, lower_builtin, models, register_model
from numba.np.arrayobj import make_array

LANES = 16
"""Numbers in a vector: two of the widest registers."""

VECTOR = ir.VectorType(ir.DoubleType(), LANES)
LOOSE = ("contract",)
"""A product and a sum may be one instruction, which rounds once instead of twice."""


class LanesType(types.Type):
    """LANES floats."""

    def __init__(self) -> None:
        super().__init__("Lanes")


lanes = LanesType()


@register_model(LanesType)
class LanesModel(models.PrimitiveModel):
    """One LLVM vector."""

    def __init__(self, manager, kind):
        super().__init__(manager, kind, VECTOR)


def _instruction(function: Callable[..., Any]) -> Any:
    """Make an instruction of a function that writes it; kernels call it by other arguments than its own."""
    return intrinsic(function)


def _arithmetic(operation: Any, instruction: str) -> None:
    """Define an operation of two vectors."""

    @infer_global(operation)
    class _Template(ConcreteTemplate):
        cases: ClassVar[list[Any]] = [signature(lanes, lanes, lanes)]

    @lower_builtin(operation, lanes, lanes)
    def _lower(context, builder, sig, args):
        return getattr(builder, instruction)(*args, flags=LOOSE)


_arithmetic(operator.add, "fadd")
_arithmetic(operator.iadd, "fadd")
_arithmetic(operator.mul, "fmul")
_arithmetic(operator.imul, "fmul")


@_instruction
def spread(context, number):
    """Return a vector of the same number."""

    def build(context, builder, sig, args):
        one = builder.insert_element(ir.Constant(VECTOR, ir.Undefined), args[0], ir.IntType(32)(0))
        mask = ir.Constant(ir.VectorType(ir.IntType(32), LANES), [0] * LANES)
        return builder.shuffle_vector(one, ir.Constant(VECTOR, ir.Undefined), mask)

    return lanes(types.float64), build


@_instruction
def load(context, array, at):
    """Return the numbers of a one-dimensional array from a position on."""

    def build(context, builder, sig, args):
        return builder.load(_place(context, builder, sig, args), align=8)

    return lanes(array, types.uint64), build


@_instruction
def store(context, array, at, vector):
    """Write a vector into a one-dimensional array from a position on."""

    def build(context, builder, sig, args):
        builder.store(args[2], _place(context, builder, sig, args), align=8)
        return context.get_dummy_value()

    return types.void(array, types.uint64, lanes), build


@_instruction
def magnitude(context, vector):
    """Return the absolute values."""

    def build(context, builder, sig, args):
        function = cgutils.get_or_insert_function(
            builder.module, ir.FunctionType(VECTOR, [VECTOR]), f"llvm.fabs.v{LANES}f64"
        )
        return builder.call(function, args)

    return lanes(lanes), build


@_instruction
def larger(context, first, second):
    """Return the larger of each pair of numbers."""

    def build(context, builder, sig, args):
        return builder.select(builder.fcmp_ordered(">", *args), *args)

    return lanes(lanes, lanes), build


def _place(context, builder, sig, args):
    """Return the address of a number as that of a vector."""
    data = make_array(sig.args[0])(context, builder, args[0]).data
    return builder.bitcast(builder.gep(data, [args[1]]), VECTOR.as_pointer())
