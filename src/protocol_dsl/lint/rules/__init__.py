"""The rules of the wording review, one a module."""

from __future__ import annotations

from types import ModuleType
from typing import Final

from protocol_dsl.lint.rules import (
    l101_vague_word,
    l102_open_ended_list,
    l103_window_without_anchor,
    l104_unclear_ends,
    l105_number_without_unit,
    l106_exclusion_negates_inclusion,
    l107_said_twice,
    l108_and_or,
    l109_nobody_judges,
    l110_no_source,
    l111_no_rationale,
    l112_unexplained_abbreviation,
    l113_implausible_value,
    l114_age_without_day,
    l115_class_without_list,
    l116_scope_of_unless,
    l199_no_longer_found,
    l201_other_number,
    l202_number_not_in_wording,
    l203_other_unit,
    l204_other_comparison,
    l205_other_negation,
    l206_other_side,
)

MODULES: Final[tuple[ModuleType, ...]] = (
    l101_vague_word,
    l102_open_ended_list,
    l103_window_without_anchor,
    l104_unclear_ends,
    l105_number_without_unit,
    l106_exclusion_negates_inclusion,
    l107_said_twice,
    l108_and_or,
    l109_nobody_judges,
    l110_no_source,
    l111_no_rationale,
    l112_unexplained_abbreviation,
    l113_implausible_value,
    l114_age_without_day,
    l115_class_without_list,
    l116_scope_of_unless,
    l199_no_longer_found,
    l201_other_number,
    l202_number_not_in_wording,
    l203_other_unit,
    l204_other_comparison,
    l205_other_negation,
    l206_other_side,
)
