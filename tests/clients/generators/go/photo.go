// The client that oapi-codegen makes, used as generators.mjs says.
package main

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"log"
	"net/http"
	"os"

	"cameo/generator/photos"
)

func must[T any](value T, err error) T {
	if err != nil {
		log.Fatal(err)
	}
	return value
}

func main() {
	authorize := func(_ context.Context, request *http.Request) error {
		request.Header.Set("Authorization", "Bearer "+os.Getenv("CAMEO_TOKEN"))
		return nil
	}
	client := must(photos.NewClientWithResponses(os.Getenv("CAMEO_URL"), photos.WithRequestEditorFn(authorize)))
	background := context.Background()
	picture := bytes.NewReader(must(base64.StdEncoding.DecodeString(os.Getenv("CAMEO_PICTURE"))))
	before := must(client.GetMyPhotoContentWithResponse(background, nil))
	upload := must(client.ReplaceMyPhotoContentWithBodyWithResponse(background, nil, "application/octet-stream", picture))
	photo := must(client.GetMyPhotoContentWithResponse(background, nil))
	small := must(client.GetMyPhotoContentBySizeWithResponse(background, "48x48", nil))
	metadata := must(client.GetMyPhotoWithResponse(background, nil))
	missing := must(client.GetUserPhotoWithResponse(background, os.Getenv("CAMEO_WITHOUT_PHOTO"), nil))
	err := json.NewEncoder(os.Stdout).Encode(map[string]any{
		"before":   before.JSON404.Error.Code,
		"upload":   upload.StatusCode(),
		"photo":    base64.StdEncoding.EncodeToString(photo.Body),
		"small":    base64.StdEncoding.EncodeToString(small.Body),
		"metadata": map[string]any{"id": metadata.JSON200.Id, "width": metadata.JSON200.Width},
		"missing":  missing.JSON404.Error.Code,
		"message":  missing.JSON404.Error.Message,
	})
	if err != nil {
		log.Fatal(err)
	}
}
