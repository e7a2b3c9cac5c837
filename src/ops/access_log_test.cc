#include "ops/access_log.h"

#include <gtest/gtest.h>

namespace cameo::ops {
namespace {

AccessEntry entry() {
    return {.time = Instant(std::chrono::milliseconds(1'739'445'425'007)),
            .method = "GET",
            .target = "/v1.0/me/photo/$value",
            .status = 200,
            .body_bytes = 12345,
            .duration = std::chrono::microseconds(17),
            .fast = true,
            .request_id = "b1b7c0de-0000-4000-8000-000000000000",
            .remote = "127.0.0.1"};
}

std::string access_line(const AccessEntry& entry) {
    std::string line;
    append_access_line(line, entry);
    return line;
}

TEST(AccessLog, ALineIsOneJsonObjectWithEveryMember) {
    EXPECT_EQ(access_line(entry()),
              R"({"time":"2025-02-13T11:17:05.007Z","method":"GET","path":"/v1.0/me/photo/$value",)"
              R"("status":200,"bytes":12345,"microseconds":17,"lane":"quick",)"
              R"("request_id":"b1b7c0de-0000-4000-8000-000000000000","remote":"127.0.0.1"})");
}

TEST(AccessLog, TheQueryIsNotKept) {
    auto with_query = entry();
    with_query.target = "/v1.0/me/photo?access_token=secret";
    EXPECT_EQ(access_line(with_query).find("secret"), std::string::npos);
}

TEST(AccessLog, AHostileTargetStaysInsideItsString) {
    auto hostile = entry();
    hostile.target = "/\"}\n{\"status\":200,\\";
    const auto line = access_line(hostile);
    EXPECT_NE(line.find(R"("path":"/\"}\u000a{\"status\":200,\\")"), std::string::npos) << line;
    EXPECT_EQ(line.find('\n'), std::string::npos);
}

TEST(AccessLog, TheTimeIsThatOfEachLine) {
    auto later = entry();
    EXPECT_TRUE(access_line(later).starts_with(R"({"time":"2025-02-13T11:17:05.007Z",)"));
    later.time += std::chrono::milliseconds(992);
    EXPECT_TRUE(access_line(later).starts_with(R"({"time":"2025-02-13T11:17:05.999Z",)"));
    later.time += std::chrono::milliseconds(1);
    EXPECT_TRUE(access_line(later).starts_with(R"({"time":"2025-02-13T11:17:06.000Z",)"));
}

TEST(AccessLog, AFieldIsCutAt1KB) {
    auto longest = entry();
    const std::string plain(1024, 'x');
    longest.target = plain;
    EXPECT_NE(access_line(longest).find(plain + '"'), std::string::npos) << "as long as may be";
    for (const std::string one : {"x", "\"", "\x01", "J", "eyJ"}) {
        std::string target;
        while (target.size() < 100'000) target += one;
        longest.target = target;
        const auto line = access_line(longest);
        EXPECT_LT(line.size(), 1'400U) << one;
        EXPECT_NE(line.find(one == "eyJ" ? "[token]" : "[cut]\","), std::string::npos) << line;
    }
}

}  // namespace
}  // namespace cameo::ops
