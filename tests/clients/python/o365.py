"""O365 from PyPI. It writes photos with PATCH, has no metadata, and answers None for a photo that is missing."""

from O365 import Account, MSGraphProtocol
from O365.utils.token import MemoryTokenBackend
from program import PICTURE, SIZES, WORLD, assert_square, run_checks
from requests.exceptions import HTTPError


class OneToken(MemoryTokenBackend):
    has_data = True

    def __init__(self, token):
        super().__init__()
        self.token = token

    def get_access_token(self, *, username=None):
        return {"secret": self.token}

    def token_is_expired(self, *, username=None):
        return False


def connect(url, token):
    protocol = type("Protocol", (MSGraphProtocol,), {"_protocol_url": url.removesuffix("v1.0")})
    return Account(("id", "secret"), protocol=protocol, token_backend=OneToken(token), timezone="UTC")


account = connect(WORLD["url"], WORLD["token"])
users = account.directory(resource="users")
me = account.directory(resource="me").get_current_user()


def write_and_read(owner):
    assert owner.update_profile_photo(PICTURE)
    assert_square(owner.get_profile_photo(), 648)


def seed_photo():
    assert_square(me.get_profile_photo(), 648)


def seed_48():
    assert_square(me.get_profile_photo("48x48"), 48)


def sizes():
    for side in SIZES:
        assert_square(me.get_profile_photo(f"{side}x{side}"), side)


def not_found():
    assert users.get_user(WORLD["user"]).get_profile_photo() is None


def upload():
    write_and_read(users.get_user(WORLD["user"]))


def unauthorized():
    try:
        connect(WORLD["url"], "no.token").directory(resource="me").get_current_user()
    except HTTPError as error:
        assert error.response.json()["error"]["code"] == "InvalidAuthenticationToken"
    else:
        raise AssertionError("it did not fail")


def throttled():
    other = connect(WORLD["throttled_url"], WORLD["token"]).directory(resource="me").get_current_user()
    assert other.update_profile_photo(PICTURE)
    assert_square(other.get_profile_photo(), 648)


def contact():
    by_mail = f"emailAddresses/any(a:a/address eq '{WORLD['contact_mail']}')"
    (found,) = account.address_book().get_contacts(query=by_mail)
    assert found.object_id == WORLD["contact"]
    write_and_read(found)


def encoded_ids():
    (guest,) = users.get_users(query=f"userPrincipalName eq '{WORLD['guest']}'")
    assert_square(guest.get_profile_photo(), 240)


def people():
    names = [user.user_principal_name for user in users.get_users(limit=None, batch=2)]
    assert set(names) >= {WORLD["me"], WORLD["user"], WORLD["guest"]} and len(names) == len(set(names))


def find():
    query = users.new_query()
    both = query.chain_and(query.equals("userPrincipalName", WORLD["me"]), query.startswith("displayName", "Person"))
    assert [user.user_principal_name for user in users.get_users(query=both & query.select("userPrincipalName"))] == [WORLD["me"]]


run_checks(
    ["O365"],
    [seed_photo, seed_48, sizes, not_found, upload, unauthorized, throttled, contact, encoded_ids, people, find],
)
