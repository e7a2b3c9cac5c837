#include <fmt/format.h>

#include <array>
#include <string_view>

#include "app/demo_organisation.h"
#include "base/text.h"

namespace cameo::app {
namespace {

constexpr std::string_view kDomain = "contoso.example";

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

directory::User user_of(std::size_t number, const directory::Tenant& tenant) {
    const Person& person = kPeople.at(number);
    const std::string nickname = to_lower(person.given_name);
    const auto name = fmt::format("{}@{}", nickname, kDomain);
    return {.tenant = tenant.id,
            .id = demo_user_id(number),
            .user_principal_name = name,
            .display_name = fmt::format("{} {}", person.given_name, person.surname),
            .given_name = std::string(person.given_name),
            .surname = std::string(person.surname),
            .mail = name,
            .mail_nickname = nickname,
            .job_title = std::string(person.job_title),
            .photo_storage = person.storage};
}

}  // namespace

std::string demo_user_id(std::size_t number) {
    return fmt::format("de300000-0000-4000-8000-{:012}", number + 1);
}

std::vector<DemoEntry<directory::User>> demo_people(const directory::Tenant& tenant,
                                                    const DemoPortraits& portraits) {
    std::vector<DemoEntry<directory::User>> people;
    for (std::size_t i = 0; i < kPeople.size(); ++i)
        people.push_back(
            {user_of(i, tenant), kPeople.at(i).has_photo ? portraits.picture(i) : DemoPicture()});
    return people;
}

}  // namespace cameo::app
