"""My photo at 48x48 and its metadata: pip install msgraph-sdk; CAMEO_TOKEN=... python photo.py"""
import asyncio
import os

from azure.core.credentials import AccessToken
from kiota_authentication_azure.azure_identity_authentication_provider import AzureIdentityAuthenticationProvider
from msgraph import GraphRequestAdapter, GraphServiceClient


class OneToken:  # in the place of azure.identity's credentials
    def get_token(self, *scopes, **options):
        return AccessToken(os.environ["CAMEO_TOKEN"], 2**32)


async def main():
    adapter = GraphRequestAdapter(AzureIdentityAuthenticationProvider(OneToken(), allowed_hosts=["127.0.0.1"]))
    adapter.base_url = os.environ.get("CAMEO_URL", "http://127.0.0.1:8080/v1.0")
    graph_client = GraphServiceClient(request_adapter=adapter)

    result = await graph_client.me.photo.get()
    print(f"{result.id}, {result.width} pixels wide")
    with open("photo.jpg", "wb") as file:
        file.write(await graph_client.me.photos.by_profile_photo_id("48x48").content.get())


asyncio.run(main())
