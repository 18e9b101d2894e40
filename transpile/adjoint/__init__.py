"""The heart: the reverse sweep over a structured program.

A `gradient` operation asks for dy/dx. Its expansion walks back over the operations that led to
it, running each row's rule on symbolic values; what the rules do is appended as new operations,
which a later gradient can sweep over in turn. So higher order is no special case.

The sweep keeps a map from values to cotangents. A cotangent is a `Sym`, a Python number, or,
for a container, a dict from its keys to cotangents. Absent means zero.

Regions are mirrored:

- the adjoint of an `if` is an `if` on the same condition, arm by arm;
- the adjoint of a loop is a loop over the same turns in reverse, which carries the cotangents of
  what the loop carried, and of every outer value its body reads;
- the adjoint of a call is a call of the callee's backward function.

An adjoint arm or body reads values of the forward arm or body. After it is written, every such
value is made a *result* of the forward operation (a list over the turns of a loop; the value or
None of a branch; an entry of the tuple a forward function saves) and the read is replaced. That
is all there is to saving: nothing is saved that no formula reads.

Two hazards: a cotangent is passed on as it is by the adjoint of `+`, so nothing here ever adds in
place (the printer does, on accumulators it can prove fresh); and rules see `dy` of the shape of
`y`, so a cotangent is brought to the shape and dtype of its operand in `match`, nowhere else.
"""
