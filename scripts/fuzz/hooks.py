"""What Schemathesis is told about Recado: ids of its own account and of another one, of which nothing may come back."""

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
    "conversation_id": "conversations",
    "conversation_ids": "conversations",
    "channel_id": "channels",
    "reply_to_message_id": "messages",
    "around": "messages",
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
# How the provider's refusal is called: by our own calls, by the compatible one, and by the one that only has sentences.
REFUSED = {"provider_error", "meta_error", None}
# The ids of things that this run has made.
ANSWERED = set()
# Of its own: the choice must not follow from what the generator draws.
DICE = random.Random(7)


def strange(kind):
    return DICE.choice(KNOWN["ids"][kind])


def another(kind):
    """One that is there: ours, or the other account's."""
    wanted = KNOWN["ids"] if DICE.random() < 0.4 else KNOWN["own"]
    return DICE.choice(wanted.get(kind) or KNOWN["own"][kind])


def swapped(value, name=None):
    """The same with some of its ids replaced by those of things that are there, here or in the other account."""
    if isinstance(value, dict):
        return {key: swapped(inner, key) for key, inner in value.items()}
    if isinstance(value, list):
        return [swapped(inner, name) for inner in value]
    if name in KINDS and isinstance(value, str) and UUID.fullmatch(value) and DICE.random() < 0.6:
        return another(KINDS[name])
    return value


def addressed(case, noun):
    """The id in the path: what is made up is hardly ever there, so mostly one that is."""
    asked = case.path_parameters["id"]
    # One that was answered before is asked for on purpose.
    if not isinstance(asked, str) or not UUID.fullmatch(asked) or asked in ANSWERED:
        return asked
    if asked in OWN or (noun in KNOWN["ids"] and DICE.random() < 0.3):
        return strange(noun)
    # What is removed is gone for all that follow.
    known = 0.05 if case.method == "DELETE" else 0.8
    return DICE.choice(KNOWN["own"][noun]) if KNOWN["own"].get(noun) and DICE.random() < known else asked


@schemathesis.hook
def before_call(context, case, kwargs):
    noun = case.path.split("/")[3]
    if "id" in (case.path_parameters or {}):
        case.path_parameters["id"] = addressed(case, noun)
    # The scheme's cookie has another name over plain http: what is made up for it must not hide the caller's.
    case.cookies = {}
    if isinstance(case.body, dict):
        case.body = swapped(case.body)
    if isinstance(case.query, dict):
        case.query = swapped(case.query)


@schemathesis.hook
def after_call(context, case, response):
    if response.status_code in (201, 202):
        ANSWERED.update(found.group() for found in UUID.finditer(response.text))


def code(response):
    """None where a failure is one sentence."""
    error = response.json()["error"]
    return error["code"] if isinstance(error, dict) else None


@schemathesis.check
def no_fault_of_ours(ctx, response, case):
    """In place of `not_a_server_error`. A number whose token was overwritten by this very run is refused by the provider.
    That is told with a status and a code that are documented for it, and no other one passes."""
    if response.status_code < 500:
        return
    refused_by_provider = response.status_code == 502 and code(response) in REFUSED
    assert refused_by_provider, f"the server failed: {response.status_code} {response.text[:300]}"


@schemathesis.check
def nothing_of_another_account(ctx, response, case):
    assert KNOWN["mark"].encode() not in response.content, "another account's data was answered"
