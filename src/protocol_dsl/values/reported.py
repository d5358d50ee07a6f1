"""Numbers that are reported in one of two units between which there is no conversion."""

from attrs import frozen

from protocol_dsl.values.numbers import Ranged


@frozen
class OtherNumber:
    """A number in the second unit of its item, not in the first. It is compared with limits in that unit alone."""

    number: Ranged
