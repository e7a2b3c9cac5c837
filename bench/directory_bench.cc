// The cost of the directory in SQLite: fills a database in FOLDER with people, unless it exists,
// and looks them up one by one, in pages and by search. Processor and wall time per operation.
//
//     directory_bench FOLDER [people]
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

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
            .job_title = number % 3 == 0 ? "Retail Manager" : "Assistant"};
}

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
    fmt::print("{:<34} cpu {:>9.1f} us   wall {:>9.1f} us\n", what, middle.cpu / count,
               middle.wall / count);
}

void fill(directory::Store& store, int people) {
    const auto cost = cost_of([&] {
        std::vector<std::jthread> threads;
        for (int thread = 0; thread < kThreads; ++thread)
            threads.emplace_back([&store, thread, people] {
                for (int i = thread; i < people; i += kThreads)
                    must(store.users().add(person(i), soon()));
            });
    });
    fmt::print("{:<34} cpu {:>9.1f} us   wall {:>9.1f} us\n", "add, 32 writers", cost.cpu / people,
               cost.wall / people);
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

}  // namespace

int main(int count, char** arguments) {
    if (count < 2) return 2;
    const int people = count > 2 ? std::atoi(arguments[2]) : 100'000;
    const std::filesystem::path file = std::filesystem::path(arguments[1]) / "catalog.db";
    const bool is_there = std::filesystem::exists(file);
    const auto store =
        must(store::sqlite::SqliteStore::open(file, store::sqlite::SqliteStore::Open::read_write));
    if (!is_there) fill(store->directory(), people);
    measure(store->directory(), people);
    fmt::print("{:<34} {} MB\n", "database", std::filesystem::file_size(file) >> 20);
    return 0;
}
