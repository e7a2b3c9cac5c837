// My photo at 48x48 and its metadata: go mod init photo && go mod tidy && CAMEO_TOKEN=... go run .
package main

import (
	"context"
	"fmt"
	"log"
	"os"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	azure "github.com/microsoft/kiota-authentication-azure-go"
	msgraphsdk "github.com/microsoftgraph/msgraph-sdk-go"
)

type oneToken struct{} // in the place of azidentity's credentials

func (oneToken) GetToken(context.Context, policy.TokenRequestOptions) (azcore.AccessToken, error) {
	return azcore.AccessToken{Token: os.Getenv("CAMEO_TOKEN"), ExpiresOn: time.Now().Add(time.Hour)}, nil
}

func must[T any](value T, err error) T {
	if err != nil {
		log.Fatal(err)
	}
	return value
}

func main() {
	provider := must(azure.NewAzureIdentityAuthenticationProviderWithScopesAndValidHosts(oneToken{}, nil, []string{"127.0.0.1"}))
	adapter := must(msgraphsdk.NewGraphRequestAdapter(provider))
	adapter.SetBaseUrl("http://127.0.0.1:8080/v1.0")
	if url := os.Getenv("CAMEO_URL"); url != "" {
		adapter.SetBaseUrl(url)
	}
	graphClient := msgraphsdk.NewGraphServiceClient(adapter)

	photo := must(graphClient.Me().Photo().Get(context.Background(), nil))
	fmt.Printf("%s, %d pixels wide\n", *photo.GetId(), *photo.GetWidth())
	// Content() was Value() in older versions.
	bytes := must(graphClient.Me().Photos().ByProfilePhotoId("48x48").Content().Get(context.Background(), nil))
	must(0, os.WriteFile("photo.jpg", bytes, 0o644))
}
