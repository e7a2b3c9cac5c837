#include "server/dev_certificate.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>
#include <string_view>
#include <system_error>
#include <utility>

#include "base/bytes.h"
#include "base/file.h"

namespace cameo::server {
namespace {

namespace fs = std::filesystem;

constexpr mode_t kMode = 0600;  // also of certificates: all files of a data folder have it

std::unexpected<Error> cannot(std::string_view what, const fs::path& path) {
    return fail(Fault::internal,
                fmt::format("cannot {} {}: {}", what, path.string(), std::strerror(errno)));
}

Result<void> write_pair(const fs::path& certificate, const fs::path& key, const PemPair& pair) {
    if (auto written = write_file_durably(key, as_bytes(pair.key), kMode); !written) return written;
    return write_file_durably(certificate, as_bytes(pair.certificate), kMode);
}

Result<std::string> read_file(const fs::path& file) {
    std::ifstream stream(file);
    if (!stream) return cannot("read", file);
    return std::string(std::istreambuf_iterator<char>(stream), {});
}

Result<void> make_folder(const fs::path& folder) {
    std::error_code error;
    if (folder.has_parent_path()) fs::create_directories(folder.parent_path(), error);
    if (::mkdir(folder.c_str(), 0700) == 0 || errno == EEXIST) return {};
    return cannot("make the folder", folder);
}

Result<DevelopmentCa> new_ca_in(const DevCaFiles& files, const std::vector<std::string>& names,
                                Instant now) {
    auto ca = DevelopmentCa::create(names, now);
    if (!ca) return ca;
    if (auto written = write_pair(files.ca, files.ca_key, ca->pem()); !written)
        return std::unexpected(std::move(written.error()));
    return ca;
}

Result<DevelopmentCa> known_ca_of(const DevCaFiles& files) {
    auto certificate = read_file(files.ca);
    if (!certificate) return std::unexpected(std::move(certificate.error()));
    auto key = read_file(files.ca_key);
    if (!key) return std::unexpected(std::move(key.error()));
    auto ca = DevelopmentCa::parse({std::move(*certificate), std::move(*key)});
    if (ca) return ca;
    return fail(Fault::malformed, fmt::format("{} {}; --new-ca makes a new one", files.ca.string(),
                                              ca.error().detail));
}

Result<void> ensure_covered(const DevelopmentCa& ca, const std::vector<std::string>& names) {
    for (const auto& text : names) {
        const auto name = certificate_name(text);
        if (!name) return std::unexpected(name.error());
        if (std::ranges::find(ca.names(), *name) == ca.names().end())
            return fail(Fault::malformed,
                        fmt::format("the existing CA must not sign for {}; --new-ca makes one "
                                    "that may, which clients must then trust",
                                    *name));
    }
    return {};
}

}  // namespace

DevCaFiles dev_ca_files(const fs::path& data) {
    const auto folder = data / "dev-ca";
    return {.ca = folder / "ca.pem",
            .ca_key = folder / "ca-key.pem",
            .certificate = folder / "server.pem",
            .key = folder / "server-key.pem"};
}

Result<DevCa> make_dev_certificate(const fs::path& data, const std::vector<std::string>& names,
                                   bool new_ca, Instant now) {
    const auto files = dev_ca_files(data);
    for (const auto& folder : {data, files.ca.parent_path()})
        if (auto made = make_folder(folder); !made) return std::unexpected(std::move(made.error()));
    const bool is_new = new_ca || !is_there(files.ca).value_or(true);
    const auto ca = is_new ? new_ca_in(files, names, now) : known_ca_of(files);
    if (!ca) return std::unexpected(ca.error());
    if (auto covered = ensure_covered(*ca, names); !covered)
        return std::unexpected(std::move(covered.error()));
    const auto pair = ca->issue(now);
    if (!pair) return std::unexpected(pair.error());
    if (auto written = write_pair(files.certificate, files.key, *pair); !written)
        return std::unexpected(std::move(written.error()));
    return DevCa{files, ca->names(), is_new};
}

}  // namespace cameo::server
