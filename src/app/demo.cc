#include "app/demo.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <iterator>
#include <string_view>
#include <utility>
#include <vector>

#include "access/token.h"
#include "base/text.h"
#include "image/portrait.h"

namespace cameo::app {
namespace {

namespace fs = std::filesystem;
using directory::User;

constexpr std::string_view kDomain = "contoso.example";
constexpr std::chrono::seconds kStoreTime{60};
constexpr std::chrono::hours kTokenTime{24};
constexpr int kPortraitSide = 720;  // pixels: more than the largest HD size

struct Person {
    std::string_view given_name, surname, job_title;
    bool has_photo = true;
    PhotoStorage storage = PhotoStorage::mailbox;
};

constexpr std::array kPeople{
    Person{"Eileen", "Marlow", "Commander"},
    Person{"Amara", "Diallo", "Product Manager"},
    Person{"Bruno", "Keller", "Software Engineer"},
    Person{"Chiara", "Ricci", "Designer"},
    Person{"Dmitri", "Volkov", "Data Analyst"},
    Person{"Esther", "Nakamura", "Support Lead"},
    Person{"Farid", "Haddad", "Site Reliability Engineer"},
    Person{"Greta", "Lindqvist", "Researcher"},
    Person{"Hugo", "Fernandes", "Account Manager"},
    Person{"Ines", "Moreau", "Recruiter"},
    Person{"Jonas", "Okafor", "Security Engineer", true, PhotoStorage::directory},
    Person{"Keiko", "Tanaka", "Technical Writer"},
    Person{"Liam", "Byrne", "Intern", false},
    Person{"Mei", "Chen", "Contractor", false},
};

User user_of(std::size_t number, const directory::Tenant& tenant) {
    const Person& person = kPeople[number];
    const std::string nickname = to_lower(person.given_name);
    const auto name = fmt::format("{}@{}", nickname, kDomain);
    return {.tenant = tenant.id,
            .id = fmt::format("de300000-0000-4000-8000-{:012}", number + 1),
            .user_principal_name = name,
            .display_name = fmt::format("{} {}", person.given_name, person.surname),
            .given_name = std::string(person.given_name),
            .surname = std::string(person.surname),
            .mail = name,
            .mail_nickname = nickname,
            .job_title = std::string(person.job_title),
            .photo_storage = person.storage};
}

std::vector<fs::path> photographs_in(const fs::path& folder) {
    std::vector<fs::path> files;
    std::error_code error;
    for (const auto& entry : fs::directory_iterator(folder, error)) {
        const auto extension = to_lower(entry.path().extension().string());
        if (extension == ".png" || extension == ".jpg" || extension == ".jpeg")
            files.push_back(entry.path());
    }
    std::ranges::sort(files);
    return files;
}

Bytes read_file(const fs::path& file) {
    std::ifstream stream(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
}

// A photograph where there is one for this person, else a drawing.
Bytes picture_for(std::size_t number, const std::vector<fs::path>& files) {
    if (number < files.size()) return read_file(files[number]);
    return image::draw_portrait(kPortraitSide, static_cast<std::uint32_t>(number));
}

Result<void> add_photo(photo::Photos& photos, const User& user, const Bytes& picture) {
    const auto put = photos.put({.tenant = user.tenant, .kind = OwnerKind::user, .id = user.id},
                                user.photo_storage, picture, {}, "demo", deadline_in(kStoreTime));
    if (!put) return std::unexpected(put.error());
    return {};
}

Result<std::string> token_for(const access::SigningKey& key, const User& user, Instant now) {
    return access::issue_token(key,
                               {.tenant = user.tenant,
                                .user = user.id,
                                .app = "demo",
                                .user_principal_name = user.user_principal_name,
                                .scopes = "User.ReadWrite User.ReadBasic.All",
                                .expires = now + kTokenTime},
                               now);
}

}  // namespace

Result<std::string> fill_demo(directory::Directory& directory, photo::Photos& photos,
                              const directory::Tenant& tenant, const fs::path& photos_folder) {
    const auto files = photographs_in(photos_folder);
    std::size_t added = 0;
    for (std::size_t i = 0; i < kPeople.size(); ++i) {
        const User user = user_of(i, tenant);
        const auto there = directory.user(tenant.id, user.id, deadline_in(kStoreTime));
        if (!there) return std::unexpected(there.error());
        if (*there) continue;
        if (auto done = directory.add(user, deadline_in(kStoreTime)); !done)
            return std::unexpected(std::move(done.error()));
        ++added;
        if (!kPeople[i].has_photo) continue;
        if (auto done = add_photo(photos, user, picture_for(i, files)); !done)
            return std::unexpected(std::move(done.error()));
    }
    if (added == 0) return fmt::format("The demo organisation has {} people.", kPeople.size());
    return fmt::format("Added {} demo people, with {}.", added,
                       files.empty() ? "drawn portraits" : "photographs");
}

Result<std::string> demo_curl_lines(const access::SigningKey& key, const directory::Tenant& tenant,
                                    const std::string& origin, Instant now) {
    const User me = user_of(0, tenant);
    const auto token = token_for(key, me, now);
    if (!token) return std::unexpected(token.error());
    const auto line = [&](std::string_view what, std::string_view path, std::string_view output) {
        return fmt::format("# {}\ncurl -sS {}-H 'Authorization: Bearer {}' '{}/v1.0/{}'\n", what,
                           output, *token, origin, path);
    };
    return line(fmt::format("my photo ({}), into me.jpg", me.display_name), "me/photo/$value",
                "-o me.jpg ") +
           line("48x48 of somebody by userPrincipalName, into amara.jpg",
                fmt::format("users/amara@{}/photos/48x48/$value", kDomain), "-o amara.jpg ") +
           line("the metadata", "me/photo", "");
}

}  // namespace cameo::app
