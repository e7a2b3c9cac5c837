# Sourced by clients.sh: generators of clients, run on docs/openapi.json. Each is made in a folder of build/clients with the
# program of tests/clients/generators that uses its client; tests/clients/generators.mjs runs the programs.
document=$PWD/docs/openapi.json generated=$sources/generators

make_generator_java() {
    command -v mvn >/dev/null && command -v javac >/dev/null || skip generator_java 'there is no JDK with Maven' || return
    local folder=$clients/generator_java
    (
        # Inside build/, as for make_java.
        cd "$folder" &&
            rm -rf client &&
            mvn --batch-mode --quiet --file "$generated/java/pom.xml" dependency:copy-dependencies -DoutputDirectory="$folder/generator" &&
            java -jar generator/openapi-generator-cli-*.jar generate --input-spec "$document" --generator-name java --library jersey3 \
                --output client --type-mappings null=Object --additional-properties=openApiNullable=false \
                --global-property apiTests=false,modelTests=false,apiDocs=false,modelDocs=false &&
            cp "$generated/java/Photo.java" client/src/main/java/ &&
            mvn --batch-mode --quiet --file client/pom.xml compile dependency:copy-dependencies
    )
}

make_generator_python() {
    command -v python3 >/dev/null || skip generator_python 'there is no python3' || return
    local folder=$clients/generator_python
    python3 -m venv "$folder" && "$folder/bin/pip" install --quiet -r "$generated/python/requirements.txt" &&
        "$folder/bin/openapi-python-client" generate --path "$document" --config "$generated/python/config.yaml" \
            --output-path "$folder/client/photos" --meta none --overwrite
}

make_generator_go() {
    command -v go >/dev/null || skip generator_go 'there is no Go' || return
    local folder=$clients/generator_go
    (
        mkdir -p "$folder/photos" && cp "$generated/go/"* "$folder" && cd "$folder" &&
            export GOCACHE=$clients/go-build GOFLAGS=-buildvcs=false GOBIN=$folder/bin &&
            nice go install github.com/oapi-codegen/oapi-codegen/v2/cmd/oapi-codegen@v2.8.2 &&
            bin/oapi-codegen -config config.yaml "$document" &&
            nice go build -o client .
    )
}

make_generator_kiota() {
    command -v dotnet >/dev/null || skip generator_kiota 'there is no dotnet' || return
    local folder=$clients/generator_kiota
    cp "$generated/kiota/client.csproj" "$folder" &&
        { [ -x "$folder/tool/kiota" ] || dotnet tool install --tool-path "$folder/tool" Microsoft.OpenApi.Kiota --version '1.38.*'; } &&
        "$folder/tool/kiota" generate --language CSharp --openapi "$document" --class-name Client --namespace-name Photos \
            --output "$folder/client" --clean-output &&
        dotnet build --nologo --verbosity quiet "$folder/client.csproj"
}

make_generator_nswag() {
    command -v dotnet >/dev/null || skip generator_nswag 'there is no dotnet' || return
    local folder=$clients/generator_nswag
    cp "$generated/nswag/client.csproj" "$folder" &&
        { [ -x "$folder/tool/nswag" ] || dotnet tool install --tool-path "$folder/tool" NSwag.ConsoleCore --version '14.8.*'; } &&
        "$folder/tool/nswag" openapi2csclient "/input:$document" /classname:Client /namespace:Photos "/output:$folder/Client.cs" &&
        dotnet build --nologo --verbosity quiet "$folder/client.csproj"
}

make_generators() {
    local name source
    for name in java:openapi-generator python:openapi-python-client go:oapi-codegen kiota:Kiota nswag:NSwag; do
        wanted "${name#*:} (generator)" || continue
        mapfile -t source < <(find "$generated/${name%%:*}" -type f)
        make "generator_${name%%:*}" .made "$document" tools/generators.sh "${source[@]}"
    done
}
