"""msgraph-sdk from PyPI; the protocol is in ../checks.mjs, the world in ../world.mjs."""

from kiota_abstractions.authentication import (
    AccessTokenProvider,
    AllowedHostsValidator,
    BaseBearerTokenAuthenticationProvider,
)
from kiota_abstractions.base_request_configuration import RequestConfiguration
from msgraph import GraphRequestAdapter, GraphServiceClient
from msgraph.generated.models.o_data_errors.o_data_error import ODataError
from msgraph.generated.users.item.photos.item.profile_photo_item_request_builder import (
    ProfilePhotoItemRequestBuilder,
)
from msgraph_core.requests.batch_request_builder import BatchRequestBuilder
from msgraph_core.requests.batch_request_content import BatchRequestContent
from msgraph_core.requests.batch_request_item import BatchRequestItem
from program import PICTURE, SIZES, WORLD, assert_square, run_checks

class OneToken(AccessTokenProvider):
    def __init__(self, token):
        self.token = token
        self.hosts = AllowedHostsValidator(["localhost"])

    async def get_authorization_token(self, uri, additional_authentication_context={}):
        return self.token if self.hosts.is_url_host_valid(uri) else ""

    def get_allowed_hosts_validator(self):
        return self.hosts


def connect(url, token):
    adapter = GraphRequestAdapter(BaseBearerTokenAuthenticationProvider(OneToken(token)))
    adapter.base_url = url
    return GraphServiceClient(request_adapter=adapter)


client = connect(WORLD["url"], WORLD["token"])
other = client.users.by_user_id(WORLD["user"])
team = client.teams.by_team_id(WORLD["team"])


async def failure(asked):
    try:
        await asked
    except ODataError as error:
        return error
    raise AssertionError("it did not fail")


async def write_and_read(photo):
    await photo.content.put(PICTURE)
    assert_square(await photo.content.get(), 648)
    assert (await photo.get()).id == "648x648"


def photo_of_size(side):
    return client.me.photos.by_profile_photo_id(f"{side}x{side}")


async def seed_photo():
    assert_square(await client.me.photo.content.get(), 648)


async def seed_48():
    assert_square(await photo_of_size(48).content.get(), 48)


async def seed_metadata():
    result = await client.me.photo.get()
    assert (result.id, result.width, result.height) == ("648x648", 648, 648)


async def seed_team_metadata():
    assert (await team.photo.get()).width == 360


async def seed_team_photo():
    assert_square(await team.photo.content.get(), 360)


async def sizes():
    for side in SIZES:
        assert_square(await photo_of_size(side).content.get(), side)


async def metadata():
    query = ProfilePhotoItemRequestBuilder.ProfilePhotoItemRequestBuilderGetQueryParameters
    asked = RequestConfiguration(query_parameters=query(select=["width", "height"]))
    result = await photo_of_size(96).get(request_configuration=asked)
    assert (result.width, result.height) == (96, 96)


async def list_():
    assert [one.width for one in (await client.me.photos.get()).value] == SIZES


async def upload():
    await write_and_read(other.photo)


async def delete():
    await other.photo.content.delete()
    assert (await failure(other.photo.content.get())).response_status_code == 404


async def not_found():
    error = await failure(other.photo.get())
    assert (error.response_status_code, error.error.code) == (404, "ImageNotFound")
    assert error.error.inner_error.request_id


async def unauthorized():
    error = await failure(connect(WORLD["url"], "no.token").me.photo.get())
    assert (error.response_status_code, error.error.code) == (401, "InvalidAuthenticationToken")


async def throttled():
    throttled = connect(WORLD["throttled_url"], WORLD["token"])
    await throttled.groups.by_group_id(WORLD["group"]).photo.content.put(PICTURE)
    assert_square(await throttled.me.photo.content.get(), 648)


async def group():
    await write_and_read(client.groups.by_group_id(WORLD["group"]).photo)


async def team_():
    await write_and_read(team.photo)


async def contact():
    await write_and_read(client.me.contacts.by_contact_id(WORLD["contact"]).photo)


async def folder_contact():
    folder = client.me.contact_folders.by_contact_folder_id(WORLD["folder"])
    await write_and_read(folder.contacts.by_contact_id(WORLD["filed_contact"]).photo)


async def encoded_ids():
    assert_square(await client.users.by_user_id(WORLD["guest"]).photo.content.get(), 240)


async def batch():
    content = BatchRequestContent()
    asked = {}
    for name, builder in {"photo": client.me.photo.content, "metadata": photo_of_size(48), "missing": other.photo}.items():
        request = builder.to_get_request_information()
        request.path_parameters["baseurl"] = WORLD["url"]
        item = BatchRequestItem(request, name)
        item.url = item.url.replace(WORLD["url"], "", 1)  # the SDK leaves it absolute, which Graph refuses too
        content.add_request(name, item)
    answer = await BatchRequestBuilder(client.request_adapter).post(content)
    assert answer.get_response_status_codes() == {"photo": 200, "metadata": 200, "missing": 404}
    assert_square(answer.get_response_by_id("photo").body, 648)


run_checks(
    ["msgraph-sdk", "msgraph-core"],
    [seed_photo, seed_48, seed_metadata, seed_team_metadata, seed_team_photo, sizes, metadata, list_]
    + [upload, delete, not_found, unauthorized, throttled, group, team_, contact, folder_contact, encoded_ids, batch],
)
