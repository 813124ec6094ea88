"""A second account, full of a word that the first one must never read.

`prepare` opens it and fills it, and prints what the run needs to know, of the first account too; `compare` fails when
anything of the second has changed.
"""

import json
import secrets
import sys
import urllib.error
import urllib.request
from http.cookies import SimpleCookie

MARK = "zanzibar7f3"
EMAIL = f"{MARK}@stranger.example"
PASSWORD = f"{MARK} correct horse"
# What is looked at before and after. Members and keys are left out: when they were last seen changes by looking.
LISTS = ["contacts", "tags", "canned-replies", "conversations", "notes", "channels", "webhooks", "views", "templates"]
# What the first account has from the start and is worth to be asked for.
HAS = ["contacts", "tags", "canned-replies", "conversations", "channels", "templates", "members", "notifications"]


class Caller:
    def __init__(self, url, **headers):
        self.url = url
        self.headers = headers

    def call(self, method, path, body=None):
        headers = dict(self.headers)
        data = None
        if body is not None:
            data = json.dumps(body).encode()
            headers["Content-Type"] = "application/json"
        request = urllib.request.Request(f"{self.url}/api/v1/{path}", data, headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                text = answer.read()
                return answer.headers, json.loads(text)["data"] if text else None
        except urllib.error.HTTPError as error:
            sys.exit(f"{method} {path}: {error.code} {error.read().decode()}")

    def get(self, path):
        return self.call("GET", path)[1]

    def post(self, path, body):
        return self.call("POST", path, body)[1]


def session(headers):
    name, cookie = next(iter(SimpleCookie(headers["Set-Cookie"]).items()))
    return {"Cookie": f"{name}={cookie.value}"}


def sign_in(url, email, password):
    headers, _ = Caller(url).call("POST", "session", {"email": email, "password": password})
    return Caller(url, **session(headers))


def fill(url):
    account = {"account_name": MARK, "name": MARK, "email": EMAIL, "password": PASSWORD}
    headers, _ = Caller(url).call("POST", "signup", account)
    stranger = Caller(url, **session(headers))
    me = stranger.get("me")["member"]["id"]
    contact = stranger.post("contacts", {"phone": "+351912000777", "name": MARK, "company": MARK, "tags": [MARK]})
    made = {
        "contacts": contact,
        "canned-replies": stranger.post("canned-replies", {"shortcut": MARK, "text": MARK}),
        "notes": stranger.post("notes", {"contact_id": contact["id"], "text": MARK}),
        "webhooks": stranger.post("webhooks", {"url": f"https://{MARK}.example.com/x", "description": MARK}),
        "views": stranger.post("views", {"name": MARK, "filter": {}}),
        "api-keys": stranger.post("api-keys", {"name": MARK, "scopes": ["contacts:read"]}),
        "invites": stranger.post("invites", {"email": f"x@{MARK}.example", "role": "agent"}),
    }
    ids = {name: [thing["id"]] for name, thing in made.items()}
    ids["tags"] = [tag["id"] for tag in contact["tags"]]
    ids["members"] = [me]
    ids["sessions"] = [one["id"] for one in stranger.get("sessions")]
    return ids


def everything(url):
    stranger = sign_in(url, EMAIL, PASSWORD)
    return {name: stranger.get(name if name != "notes" else f"notes?contact_id={contact(stranger)}") for name in LISTS}


def contact(stranger):
    return stranger.get("contacts")[0]["id"]


def things(caller):
    """What the caller's own account has, by the word that stands for it in a path."""
    own = {name: [one["id"] for one in caller.get(name)] for name in HAS}
    messages = [one for id in own["conversations"][:5] for one in caller.get(f"conversations/{id}/messages")]
    own["messages"] = [one["id"] for one in messages]
    own["media"] = [one["media_url"].split("/")[-1] for one in messages if (one["media_url"] or "").startswith("/api/")]
    own["notes"] = [caller.post("notes", {"conversation_id": id, "text": "Note"})["id"] for id in own["conversations"][:5]]
    own["tags"] += [caller.post("tags", {"name": f"fuzz {secrets.token_hex(4)}"})["id"] for _ in range(3)]
    own["views"] = [caller.post("views", {"name": f"View {nth}", "filter": {}})["id"] for nth in range(3)]
    hook = {"url": "https://example.com/hook", "description": "Hook", "events": ["message.received"]}
    own["webhooks"] = [caller.post("webhooks", hook)["id"] for _ in range(3)]
    return own


def prepare(ready):
    url = ready["url"]
    ids = fill(url)
    first = Caller(url, Authorization=f"Bearer {ready['api_key']}")
    scopes = first.get("me")["key"]["scopes"]
    key = first.post("api-keys", {"name": "fuzz", "scopes": scopes})
    owner = sign_in(url, ready["email"], ready["password"])
    return {
        "url": url,
        "mark": MARK,
        "key": key["key"],
        "key_id": key["id"],
        "cookie": owner.headers["Cookie"],
        "session_id": next(one["id"] for one in owner.get("sessions") if one["current"]),
        "ids": ids,
        "own": things(owner),
        "before": everything(url),
    }


def compare(known):
    after = everything(known["url"])
    for name, before in known["before"].items():
        if before != after[name]:
            sys.exit(f"The other account's {name} have changed:\n{before}\n{after[name]}")
    print("Nothing of the other account was read or changed.")


if __name__ == "__main__":
    given = json.load(sys.stdin)
    if sys.argv[1] == "prepare":
        json.dump(prepare(given), sys.stdout)
    else:
        compare(given)
