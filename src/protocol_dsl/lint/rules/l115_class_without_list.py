"""---
title: A class of drugs without a list
severity: warning
message: "{words}" is a class of drugs, and this file has no list that says which drugs belong to it.
hint: List them, and ask for the list in the rule:
    lists
      {name}: closed list of drugs: …
  Or say under the criterion who decides:
    open question: Which drugs count as {name}?
label: which drugs?
---
Two sites do not agree by themselves whether topical steroids are corticosteroids, or which drugs are strong
inhibitors of CYP3A4. The FDA's draft guidance on washout periods and concomitant medications in cancer trials (2024)
asks that exclusions for other drugs have a reason; one can be given only for drugs that are named.

It is not told of where the rule uses a word list, where the file has a list or a data item with choices that names
the class, or where a note speaks of the class or of a list.

## Wrong

```protocol
protocol: Example

days
  screening

data: visit
  takes an anticoagulant: yes/no

exclusion criteria

  E1: Drugs
    > Takes anticoagulants.
    takes an anticoagulant
```

## Right

```protocol
protocol: Example

days
  screening

lists
  anticoagulants: closed list of drugs: warfarin, apixaban, rivaroxaban

data: visit
  medication: treatments

exclusion criteria

  E1: Drugs
    > Takes anticoagulants.
    any medication in anticoagulants now
```
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from protocol_dsl.diagnostics import Diagnostic
from protocol_dsl.lint.reading import CriterionReading, Reading, mentions
from protocol_dsl.semantics.phrases import phrases_in
from protocol_dsl.syntax import nodes

CODE: Final = "L115"
_CLASS: Final = re.compile(
    r"(?<![\w-])(?:(?:[A-Z][\w-]*\d[\w-]*|strong|moderate|potent|oral|systemic|topical|direct|selective|[a-z]+-?inhibiting)\s+)?"
    r"(?:statins?|fibrates?|anticoagulants?|anticoagulant treatment|antiplatelets?|(?:cortico)?steroids?"
    r"|glucocorticoids?"
    r"|NSAIDs?|opioids?|opiates?|benzodiazepines?|antidepressants?|antipsychotics?|antiepileptics?|anticonvulsants?"
    r"|antibiotics|antivirals|antifungals|antihypertensives?|immunosuppressants?|immunosuppressive drugs?"
    r"|inhibitors?|inducers?|(?:ant)?agonists?|beta-blockers?|diuretics?|psychiatric drugs?|antiarrhythmics?"
    r"|monoclonal antibod(?:y|ies)|lipid-lowering (?:drugs?|treatment|therapy)|herbal medicines?)"
    r"(?![\w-])",
)
_TESTED: Final = re.compile(r"\b(?:positive|negative|screens?|tests?|retest\w*)\b", re.IGNORECASE)
_SPEAKS_OF_DRUGS: Final = re.compile(
    r"\b(?:lists?|listed|which (?:drugs|products|medicines|substances))\b", re.IGNORECASE
)


def check(file: Reading) -> Iterator[Diagnostic]:
    for criterion in file.criteria:
        for found in _CLASS.finditer(criterion.wording.text):
            tested = _TESTED.search(criterion.wording.sentence(found.start()))
            if not tested and not _is_listed(found[0], criterion):
                yield criterion.tell(
                    CODE, criterion.wording.span(found.start(), found.end()), words=found[0], name=found[0].casefold()
                )
                break


def _is_listed(words: str, criterion: CriterionReading) -> bool:
    definitions = criterion.review.definition_syntax
    bodies = [definitions[name].body for name in criterion.names if name in definitions]
    phrases = [*criterion.phrases, *(one for body in bodies for one in phrases_in(body))]
    if any(isinstance(one, nodes.InLists) or (isinstance(one, nodes.Noun) and one.lists) for one in phrases):
        return True
    head = (
        words.split()[-1]
        if not words.endswith(("drugs", "drug", "treatment", "therapy", "medicines"))
        else words.split()[0]
    )
    if any(mentions(each.name, head) for each in criterion.review.protocol.lists):
        return True
    notes = [note.text for note in criterion.notes if note.kind in ("interpretation", "open question", "not counted")]
    return any(_SPEAKS_OF_DRUGS.search(note) or mentions(note, head) for note in notes)
