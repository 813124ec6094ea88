"""What Schemathesis is told about Recado: ids of another account, and that nothing of it may come back."""

import json
import os
import random
import re

import schemathesis

with open(os.environ["FUZZ_KNOWN"], encoding="utf-8") as file:
    KNOWN = json.load(file)

# The ids that a field or a path leads to, by the name they have there.
KINDS = {
    "contact_id": "contacts",
    "tag": "tags",
    "tag_id": "tags",
    "add_tags": "tags",
    "remove_tags": "tags",
    "assigned_agent_id": "members",
    "assigned_member_id": "members",
    "member_id": "members",
    "mentions": "members",
}
# Whoever revoked these could ask nothing more.
OWN = {KNOWN["key_id"], KNOWN["session_id"]}
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
# Of its own: the choice must not follow from what the generator draws.
DICE = random.Random(7)


def strange(kind):
    return DICE.choice(KNOWN["ids"][kind])


def swapped(value, name=None):
    """The same with some of its ids replaced by those of the other account."""
    if isinstance(value, dict):
        return {key: swapped(inner, key) for key, inner in value.items()}
    if isinstance(value, list):
        return [swapped(inner, name) for inner in value]
    if name in KINDS and isinstance(value, str) and UUID.fullmatch(value) and DICE.random() < 0.5:
        return strange(KINDS[name])
    return value


@schemathesis.hook
def before_call(context, case, kwargs):
    noun = case.path.split("/")[3]
    ids = case.path_parameters
    if ids and "id" in ids and noun in KNOWN["ids"] and DICE.random() < 0.3:
        ids["id"] = strange(noun)
    if ids and ids.get("id") in OWN:
        ids["id"] = strange(noun)
    # The scheme's cookie has another name over plain http: what is made up for it must not hide the caller's.
    case.cookies = {}
    if isinstance(case.body, dict):
        case.body = swapped(case.body)
    if isinstance(case.query, dict):
        case.query = swapped(case.query)


@schemathesis.check
def nothing_of_another_account(ctx, response, case):
    assert KNOWN["mark"].encode() not in response.content, "another account's data was answered"
