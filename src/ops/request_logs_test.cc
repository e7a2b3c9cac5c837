#include "ops/request_logs.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace cameo::ops {
namespace {

using testing::HasSubstr;
using testing::Not;

AccessEntry access_entry() {
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
    EXPECT_EQ(access_line(access_entry()),
              R"({"time":"2025-02-13T11:17:05.007Z","method":"GET","path":"/v1.0/me/photo/$value",)"
              R"("status":200,"bytes":12345,"microseconds":17,"handled_by":"fast_path",)"
              R"("request_id":"b1b7c0de-0000-4000-8000-000000000000","remote":"127.0.0.1"})");
}

TEST(AccessLog, TheQueryIsNotKept) {
    auto with_query = access_entry();
    with_query.target = "/v1.0/me/photo?access_token=secret";
    EXPECT_EQ(access_line(with_query).find("secret"), std::string::npos);
}

TEST(AccessLog, AHostileTargetStaysInsideItsString) {
    auto hostile = access_entry();
    hostile.target = "/\"}\n{\"status\":200,\\";
    const auto line = access_line(hostile);
    EXPECT_NE(line.find(R"("path":"/\"}\u000a{\"status\":200,\\")"), std::string::npos) << line;
    EXPECT_EQ(line.find('\n'), std::string::npos);
}

TEST(AccessLog, EachLineHasItsOwnTime) {
    auto later = access_entry();
    EXPECT_TRUE(access_line(later).starts_with(R"({"time":"2025-02-13T11:17:05.007Z",)"));
    later.time += std::chrono::milliseconds(992);
    EXPECT_TRUE(access_line(later).starts_with(R"({"time":"2025-02-13T11:17:05.999Z",)"));
    later.time += std::chrono::milliseconds(1);
    EXPECT_TRUE(access_line(later).starts_with(R"({"time":"2025-02-13T11:17:06.000Z",)"));
}

TEST(AccessLog, AFieldIsCutAt1KB) {
    auto longest = access_entry();
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

AuditEntry audit_entry() {
    return {.time = Instant(std::chrono::milliseconds(1'739'445'425'007)),
            .tenant = "t",
            .user = "u",
            .app = "browser",
            .method = "PUT",
            .target = "/v1.0/me/photo/$value?x=1",
            .resource = "users/u",
            .status = 200,
            .request_id = "r",
            .remote = "203.0.113.5"};
}

std::string audit_line(const AuditEntry& entry) {
    std::string line;
    append_audit_line(line, entry);
    return line;
}

TEST(AuditLog, ALineIsOneJsonObject) {
    EXPECT_EQ(
        audit_line(audit_entry()),
        R"({"time":"2025-02-13T11:17:05.007Z","log":"audit","tenant":"t","user":"u",)"
        R"("app":"browser","method":"PUT","path":"/v1.0/me/photo/$value","resource":"users/u",)"
        R"("outcome":"done","status":200,"request_id":"r","remote":"203.0.113.5"})");
}

TEST(AuditLog, UnknownMembersAreOmitted) {
    EXPECT_EQ(audit_line({.method = "GET", .target = "/", .status = 401}),
              R"({"time":"1970-01-01T00:00:00.000Z","log":"audit","method":"GET","path":"/",)"
              R"("outcome":"refused","status":401})");
}

TEST(AuditLog, TheOutcomeIsTheClassOfTheStatus) {
    auto failed = audit_entry();
    failed.status = 503;
    EXPECT_THAT(audit_line(failed), HasSubstr(R"("outcome":"failed","status":503)"));
    failed.status = 404;
    EXPECT_THAT(audit_line(failed), HasSubstr(R"("outcome":"refused","status":404)"));
}

TEST(AuditLog, ATokenInAPathIsReplaced) {
    auto pasted = audit_entry();
    pasted.target = "/v1.0/users/eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ1In0.c2ln-_/photo";
    pasted.app = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ1In0.c2ln-_";
    const auto line = audit_line(pasted);
    EXPECT_THAT(line, HasSubstr(R"("path":"/v1.0/users/[token]/photo")"));
    EXPECT_THAT(line, HasSubstr(R"("app":"[token]")"));
    EXPECT_THAT(line, Not(HasSubstr("eyJ")));
}

TEST(AuditLog, HostileTextStaysInsideItsString) {
    auto hostile = audit_entry();
    hostile.app = "\"}\n{";
    EXPECT_THAT(audit_line(hostile), HasSubstr(R"("app":"\"}\u000a{")"));
}

TEST(AuditLog, ALineOfLongFieldsIsBounded) {
    const std::string longest(50'000, '"');
    AuditEntry all{.tenant = longest, .user = longest, .app = longest, .method = longest};
    all.target = all.resource = all.request_id = all.remote = longest;
    EXPECT_LT(audit_line(all).size(), 9'000U);
}

}  // namespace

}  // namespace cameo::ops
