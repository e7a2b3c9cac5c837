"""Office365-REST-Python-Client from PyPI. Its photos are metadata; the bytes go through its request, as it has no call for them."""

from urllib.parse import quote

from office365 import azure_env
from office365.graph_client import GraphClient
from office365.runtime.client_request_exception import ClientRequestException
from office365.runtime.http.http_method import HttpMethod
from office365.runtime.http.request_options import RequestOptions
from program import PICTURE, SIZES, WORLD, assert_square, run_checks


def connect(url, token):
    azure_env._ENDPOINTS[azure_env.AzureEnvironment.Global]["graph"] = url.removesuffix("/v1.0")
    return GraphClient(lambda: {"token_type": "Bearer", "access_token": token})


client = connect(WORLD["url"], WORLD["token"])
other = client.users[WORLD["user"]]
team = client.teams[WORLD["team"]]
group = client.groups[WORLD["group"]]


def content(photo, method=HttpMethod.Get, data=None):
    request = RequestOptions(f"{photo.resource_url}/$value", method, data)
    if data:
        request.set_header("Content-Type", "image/jpeg")
    return client.pending_request().execute_request_direct(request).content


def write_and_read(photo):
    content(photo, HttpMethod.Put, PICTURE)
    assert_square(content(photo), 648)
    read = photo.get().execute_query()
    assert (read.id, read.width) == ("648x648", 648)


def failure(asked):
    try:
        asked()
    except ClientRequestException as error:
        return error
    raise AssertionError("it did not fail")


def seed_photo():
    assert_square(content(client.me.photo), 648)


def seed_48():
    assert_square(content(client.me.photos["48x48"]), 48)


def seed_metadata():
    photo = client.me.photo.get().execute_query()
    assert (photo.id, photo.width, photo.height) == ("648x648", 648, 648)


def seed_team_metadata():
    assert team.photo.get().execute_query().width == 360


def seed_team_photo():
    assert_square(content(team.photo), 360)


def sizes():
    for side in SIZES:
        assert_square(content(client.me.photos[f"{side}x{side}"]), side)


def metadata():
    photo = client.me.photos["96x96"].select(["width", "height"]).get().execute_query()
    assert (photo.width, photo.height) == (96, 96)


def list_():
    assert [photo.width for photo in client.me.photos.get().execute_query()] == SIZES


def not_found():
    error = failure(lambda: other.photo.get().execute_query())
    assert (error.response.status_code, error.code) == (404, "ImageNotFound"), error.code


def upload():
    write_and_read(other.photo)


def delete():
    content(other.photo, HttpMethod.Delete)
    assert failure(lambda: content(other.photo)).response.status_code == 404


def unauthorized():
    error = failure(lambda: connect(WORLD["url"], "no.token").me.photo.get().execute_query())
    assert (error.response.status_code, error.code) == (401, "InvalidAuthenticationToken"), error.code


def group_():
    write_and_read(group.photo)


def team_():
    write_and_read(team.photo)


def contact():
    write_and_read(client.me.contacts[WORLD["contact"]].photo)


def folder_contact():
    write_and_read(client.me.contact_folders[WORLD["folder"]].contacts[WORLD["filed_contact"]].photo)


def encoded_ids():
    assert_square(content(client.users[quote(WORLD["guest"], safe="")].photo), 240)


def people():
    names = [user.user_principal_name for user in client.users.get_all(page_size=2).execute_query()]
    assert set(names) >= {WORLD["me"], WORLD["user"], WORLD["guest"]} and len(names) == len(set(names)), names


def find():
    found = client.users.filter(f"startswith(userPrincipalName,'{WORLD['me']}')").select(["id", "displayName"]).get()
    assert len(found.execute_query()) == 1


def members():
    (member,) = client.groups[WORLD["team"]].members.get().execute_query()
    assert member.get_property("userPrincipalName") == WORLD["me"]


def delta():
    changes = client.users.delta.get_all().execute_query()
    assert {user.user_principal_name for user in changes} >= {WORLD["me"], WORLD["user"], WORLD["guest"]}


run_checks(
    ["Office365-REST-Python-Client"],
    [seed_photo, seed_48, seed_metadata, seed_team_metadata, seed_team_photo, sizes, metadata, list_, not_found, upload]
    + [delete, unauthorized, group_, team_, contact, folder_contact, encoded_ids, people, find, members, delta],
)
