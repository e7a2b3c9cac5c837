#include "graph/people_csv.h"

#include <gtest/gtest.h>

#include <string>

namespace cameo::graph {
namespace {

TEST(PeopleCsv, IsGivenToClientsThatNameIt) {
    for (const auto* accept :
         {"text/csv", "TEXT/CSV", "application/json, text/csv;q=0.5", "text/csv; header=present"})
        EXPECT_TRUE(accepts_csv(accept)) << accept;
    for (const auto* accept : {"", "*/*", "text/*", "application/json", "text/csv;q=0",
                               "text/csv; q=0.000", "text/csvx", ",;"})
        EXPECT_FALSE(accepts_csv(accept)) << accept;
}

TEST(PeopleCsv, EveryColumnOfAPerson) {
    const directory::Person person{
        .user = {.id = "1",
                 .user_principal_name = "ada@x",
                 .display_name = "Lovelace, \"Ada\"",
                 .mail = "ada@x.example",
                 .job_title = "Engineer",
                 .office_location = "18/1",
                 .department = "R&D",
                 .account_enabled = false},
        .photo = directory::PersonPhoto{.etag = "AB",
                                        .width = 648,
                                        .height = 649,
                                        .modified = Instant(std::chrono::milliseconds(1'999)),
                                        .source = "web"},
        .locked = true};
    EXPECT_EQ(people_csv_line(person),
              "1,\"Lovelace, \"\"Ada\"\"\",ada@x,ada@x.example,Engineer,R&D,18/1,false,AB,648,649,"
              "1970-01-01T00:00:01Z,web,true\r\n");
    const auto columns = people_csv_header();
    EXPECT_EQ(std::ranges::count(columns, ','), 13);
    EXPECT_EQ(people_csv_line({.user = {.id = "2"}}), "2,,,,,,,true,,,,,,false\r\n");
}

TEST(PeopleCsv, ACellNeverBeginsAsAFormula) {
    for (const std::string text : {"=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx"}) {
        const auto line = people_csv_line({.user = {.id = "1", .display_name = text}});
        const bool quoted = text.front() == '\t' || text.front() == '\r';
        EXPECT_TRUE(line.starts_with(quoted ? "1,\"'" + text + "\"," : "1,'" + text + ",")) << line;
    }
    EXPECT_TRUE(
        people_csv_line({.user = {.id = "1", .display_name = "a=1"}}).starts_with("1,a=1,"));
}

}  // namespace
}  // namespace cameo::graph
