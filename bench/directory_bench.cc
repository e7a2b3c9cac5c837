// The cost of the directory in SQLite: fills a database in FOLDER with people, unless it exists,
// and looks them up one by one, in pages, by search, and in the list of people with the state of
// their photos. Processor and wall time per operation.
//
//     directory_bench FOLDER [people]
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "matching/name_match.h"
#include "photo/photo.h"
#include "store/sqlite/sqlite_store.h"

namespace {

using namespace cameo;
using directory::Query;
using directory::User;

constexpr std::string_view kTenant = "11111111-1111-4111-8111-111111111111";
constexpr int kRounds = 25;
constexpr int kThreads = 32;

Deadline soon() { return deadline_in(std::chrono::minutes(10)); }

[[noreturn]] void give_up(const Error& error) {
    fmt::print(stderr, "{}\n", error.detail);
    std::exit(1);
}

template <class T>
T must(Result<T> result) {
    if (!result) give_up(result.error());
    if constexpr (!std::is_void_v<T>) return *std::move(result);
}

// Names of real shape: 40 given names, 500 surnames; one Zebulon in a thousand.
User person(int number) {
    static constexpr std::array kGiven{
        "Adele", "Alex",    "Amira", "Ben",   "Carla", "Chen", "Dara",  "Elena",  "Emil", "Farid",
        "Fiona", "Grady",   "Hana",  "Henry", "Ida",   "Ivan", "Jose",  "Johan",  "Joni", "Kira",
        "Lee",   "Lidia",   "Lynne", "Maria", "Megan", "Miri", "Nadia", "Nestor", "Olga", "Omar",
        "Patti", "Pradeep", "Quinn", "Rosa",  "Sami",  "Tara", "Uma",   "Vera",   "Wim",  "Yuki"};
    const std::string given = number % 1'000 == 7
                                  ? "Zebulon"
                                  : kGiven.at(static_cast<std::size_t>(number) % kGiven.size());
    const std::string surname = fmt::format("Surname{}", number * 7'919LL % 500);
    return {.tenant = std::string(kTenant),
            .id = fmt::format("aaaaaaaa-0000-4000-8000-{:012}", number),
            .user_principal_name = fmt::format("{}.{}.{}@contoso.example", given, surname, number),
            .display_name = given + " " + surname,
            .given_name = given,
            .surname = surname,
            .mail = fmt::format("{}.{}.{}@contoso.example", given, surname, number),
            .mail_nickname = fmt::format("{}{}", given, number),
            .job_title = number % 3 == 0 ? "Retail Manager" : "Assistant",
            .office_location = fmt::format("Building {}", number % 40),
            // Half of the people in one department, the others in 300.
            .department = number % 2 == 0 ? "Engineering"
                                          : fmt::format("Department {}", number * 7'919LL % 300)};
}

// One of five people has no photo, one a small one.
std::optional<photo::Photo> photo_of(int number) {
    if (number % 5 == 0) return std::nullopt;
    const int side = number % 5 == 1 ? 240 : 648;
    return photo::Photo{.etag = fmt::format("{:032X}", number),
                        .blob_key = fmt::format("{:032x}", number),
                        .modified = Instant(std::chrono::seconds(1'700'000'000 + number)),
                        .origin = {.source = "import"},
                        .renditions = {{.size = {side, side}, .length = 1}}};
}

constexpr std::string_view kHalf = "bbbbbbbb-0000-4000-8000-000000000001";
constexpr std::string_view kTeam = "bbbbbbbb-0000-4000-8000-000000000002";

struct Cost {
    double cpu = 0, wall = 0;  // microseconds
};

template <class Work>
Cost cost_of(Work work) {
    const auto processor = [] {
        timespec now{};
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
        return static_cast<double>(now.tv_sec) * 1e6 + static_cast<double>(now.tv_nsec) / 1e3;
    };
    const double cpu = processor();
    const auto start = std::chrono::steady_clock::now();
    work();
    const std::chrono::duration<double, std::micro> wall = std::chrono::steady_clock::now() - start;
    return {processor() - cpu, wall.count()};
}

// The median of many rounds, each of `count` operations.
template <class Work>
void report(std::string_view what, int count, Work work) {
    std::vector<Cost> costs;
    for (int round = 0; round < kRounds; ++round)
        costs.push_back(cost_of([&] {
            for (int i = 0; i < count; ++i) work(round * count + i);
        }));
    std::ranges::sort(costs, {}, &Cost::cpu);
    const auto middle = costs.at(costs.size() / 2);
    fmt::print("{:<46} cpu {:>9.1f} us   wall {:>9.1f} us\n", what, middle.cpu / count,
               middle.wall / count);
}

void add_person(store::Store& store, int number) {
    must(store.directory().users().add(person(number), soon()));
}

void add_photo(store::Store& store, int number) {
    if (const auto photo = photo_of(number))
        must(store.catalog().put({std::string(kTenant), OwnerKind::user, person(number).id}, *photo,
                                 {}, soon()));
}

// A group of half of the people, and one of twenty.
void fill_groups(directory::Store& store, int people) {
    const auto add = [&](std::string_view id, int step) {
        std::vector<std::string> members;
        for (int i = 0; i < people; i += step) members.push_back(person(i).id);
        must(store.add_group({.tenant = std::string(kTenant), .id = std::string(id)}, {}, members,
                             soon()));
    };
    add(kHalf, 2);
    add(kTeam, std::max(1, people / 20));
}

// Calls `write` for the number of each person.
void fill(std::string_view what, int people, const std::function<void(int)>& write) {
    const auto cost = cost_of([&] {
        std::vector<std::jthread> threads;
        for (int thread = 0; thread < kThreads; ++thread)
            threads.emplace_back([&, thread] {
                for (int i = thread; i < people; i += kThreads) write(i);
            });
    });
    fmt::print("{:<46} cpu {:>9.1f} us   wall {:>9.1f} us\n", what, cost.cpu / people,
               cost.wall / people);
}

void fill(store::Store& store, int people) {
    fill("add, 32 writers", people, [&](int number) { add_person(store, number); });
    fill("photo of four in five, 32 writers", people,
         [&](int number) { add_photo(store, number); });
    fill_groups(store.directory(), people);
}

std::size_t list(directory::Store& store, const Query& query) {
    return must(store.users().list({.tenant = std::string(kTenant)}, query, soon())).objects.size();
}

Query search(const std::string& word) { return {.search = {{{{.words = {word}}}}}}; }

void measure(directory::Store& store, int people) {
    const auto some = [people](int i) { return person(static_cast<int>(i * 7'919LL % people)); };
    report("find by id", 400,
           [&](int i) { must(store.users().find(kTenant, some(i).id, soon())); });
    report("find by userPrincipalName", 400,
           [&](int i) { must(store.user_by_name(kTenant, some(i).user_principal_name, soon())); });
    report("first page of 100", 20, [&](int) { list(store, {}); });
    report("page of 100 from the middle", 20, [&](int i) {
        const auto place = some(i);
        list(store, {.after = {{place.display_name, place.id}}});
    });
    report("search of a rare word (zeb)", 10, [&](int) { list(store, search("zeb")); });
    report("search of a common one (jo)", 1, [&](int) { list(store, search("jo")); });
    report("search of everybody (contoso)", 1, [&](int) { list(store, search("contoso")); });
    auto counted = search("jo");
    counted.count = true;
    report("the common one, counted", 1, [&](int) { list(store, counted); });
    report("count of all", 1, [&](int) { list(store, {.top = 1, .count = true}); });
}

// The first page counts all matches; the next one begins after the person `middle`.
void measure_people(directory::Store& store, int people) {
    using directory::PeopleQuery;
    using Photo = PeopleQuery::Photo;
    const auto word = [](const char* text) { return directory::Search{{{.words = {text}}}}; };
    const auto half = Instant(std::chrono::seconds(1'700'000'000 + people / 2));
    const auto last = Instant(std::chrono::seconds(1'700'000'000 + people - 100));
    const std::string team(kTeam);
    const std::string in_half(kHalf);
    const std::array<std::pair<const char*, PeopleQuery>, 20> queries{{
        {"everybody", {}},
        {"without photo", {.photo = Photo::none}},
        {"small photo", {.photo = Photo::small}},
        {"with photo", {.photo = Photo::any}},
        {"department of half of them", {.department = "Engineering"}},
        {"department of a few", {.department = "Department 7"}},
        {"no such department", {.department = "None"}},
        {"office", {.office_location = "Building 7"}},
        {"group of half of them", {.group = in_half}},
        {"group of twenty", {.group = team}},
        {"changed: half of them", {.changed_since = half}},
        {"changed: a hundred", {.changed_since = last}},
        {"search: a rare word", {.search = word("zeb")}},
        {"search: a common word", {.search = word("jo")}},
        {"search: everybody", {.search = word("contoso")}},
        {"search: everybody, without photo", {.search = word("contoso"), .photo = Photo::none}},
        {"search and group of half", {.search = word("contoso"), .group = in_half}},
        {"search: everybody, nobody else", {.search = word("contoso"), .department = "None"}},
        {"department, office, without photo",
         {.department = "Engineering", .office_location = "Building 10", .photo = Photo::none}},
        {"all filters",
         {.search = word("contoso"),
          .department = "Engineering",
          .office_location = "Building 12",
          .group = in_half,
          .photo = Photo::any,
          .changed_since = half}},
    }};
    const auto middle = person(people / 3);
    for (auto [name, query] : queries) {
        query.tenant = std::string(kTenant);
        query.count = true;
        report(fmt::format("people, {}", name), 1, [&](int) { must(store.people(query, soon())); });
        query.count = false;
        query.after = {middle.display_name, middle.id};
        report("    next page", 1, [&](int) { must(store.people(query, soon())); });
    }
    PeopleQuery long_page{.tenant = std::string(kTenant), .top = 999};
    report("people, a page of 999", 1, [&](int) { must(store.people(long_page, soon())); });
    for (const auto by :
         {directory::CoverageBy::department, directory::CoverageBy::office_location})
        report("coverage", 1, [&](int) { must(store.coverage(kTenant, by, soon())); });
}

void measure_matching(directory::Store& store, int people) {
    std::vector<std::string> names;
    for (int i = 0; i < 1'000; ++i) names.push_back(person(i * 97 % people).user_principal_name);
    const auto pattern = matching::Pattern::default_for(OwnerKind::user);
    report("match of 1,000 file names", 1, [&](int) {
        const auto owners = must(
            matching::OwnerIndex::load_named(store, std::string(kTenant), pattern, names, soon()));
        matching::match_names(owners, names);
    });
}

}  // namespace

int main(int count, char** arguments) {
    if (count < 2) return 2;
    const int people = count > 2 ? std::atoi(arguments[2]) : 100'000;
    const std::filesystem::path file = std::filesystem::path(arguments[1]) / "catalog.db";
    const bool is_there = std::filesystem::exists(file);
    const auto store =
        must(store::sqlite::SqliteStore::open(file, store::sqlite::SqliteStore::Open::read_write));
    if (!is_there) fill(*store, people);
    measure(store->directory(), people);
    measure_people(store->directory(), people);
    measure_matching(store->directory(), people);
    fmt::print("{:<46} {} MB\n", "database", std::filesystem::file_size(file) >> 20);
    return 0;
}
