#include <fmt/format.h>

#include <array>
#include <string_view>

#include "app/demo_organisation.h"
#include "image/portrait.h"

namespace cameo::app {
namespace {

struct Plan {
    std::string_view name, nickname, description;
    std::array<std::size_t, 4> members;  // numbers of people; the first owns the group
    bool is_team = false;
    PhotoStorage storage = PhotoStorage::mailbox;
    photo::Size picture{720, 720};
};

constexpr std::array kGroups{
    Plan{"Mission Control", "mission-control", "Those who decide", {0, 1, 5, 8}},
    Plan{"Book Club", "book-club", "One novel a month", {3, 7, 11, 13}},
    // Any dimension, since no mailbox holds its photo.
    Plan{"Everyone in Lisbon",
         "lisbon",
         "The office by the river",
         {4, 6, 9, 12},
         false,
         PhotoStorage::directory,
         {1024, 576}},
    Plan{"Orbital Design", "orbital-design", "Draws what will fly", {0, 2, 3, 7}, true},
    Plan{"Flight Operations", "flight-operations", "Flies what was drawn", {0, 4, 6, 10}, true},
};

directory::Group group_of(std::size_t number, const directory::Tenant& tenant) {
    const Plan& plan = kGroups.at(number);
    const bool has_mailbox = plan.storage == PhotoStorage::mailbox;
    return {.tenant = tenant.id,
            .id = demo_group_id(number),
            .display_name = std::string(plan.name),
            .description = std::string(plan.description),
            .mail = has_mailbox ? fmt::format("{}@contoso.example", plan.nickname) : "",
            .mail_nickname = std::string(plan.nickname),
            .visibility = "Public",
            .group_types =
                has_mailbox ? std::vector<std::string>{"Unified"} : std::vector<std::string>{},
            .mail_enabled = has_mailbox,
            .security_enabled = !has_mailbox,
            .is_team = plan.is_team,
            .photo_storage = plan.storage};
}

}  // namespace

std::string demo_group_id(std::size_t number) {
    return fmt::format("de300000-0000-4000-8001-{:012}", number + 1);
}

std::vector<DemoGroup> demo_groups(const directory::Tenant& tenant) {
    std::vector<DemoGroup> groups;
    for (std::size_t i = 0; i < kGroups.size(); ++i) {
        DemoGroup group{group_of(i, tenant), {}, {}, {demo_user_id(kGroups.at(i).members[0])}};
        group.picture = [i] {
            return image::draw_group(kGroups.at(i).picture, static_cast<std::uint32_t>(i));
        };
        for (const auto member : kGroups.at(i).members)
            group.members.push_back(demo_user_id(member));
        groups.push_back(std::move(group));
    }
    return groups;
}

}  // namespace cameo::app
