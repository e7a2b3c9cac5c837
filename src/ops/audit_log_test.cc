#include "ops/audit_log.h"

#include <gmock/gmock.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "base/ids.h"

namespace cameo::ops {
namespace {

using testing::HasSubstr;
using testing::Not;

AuditEntry entry() {
    return {.time = Instant(std::chrono::milliseconds(1'739'445'425'007)),
            .tenant = "t",
            .user = "u",
            .app = "browser",
            .method = "PUT",
            .target = "/v1.0/me/photo/$value?x=1",
            .whose = "users/u",
            .status = 200,
            .request_id = "r",
            .remote = "203.0.113.5"};
}

TEST(AuditLog, ALineIsOneJsonObject) {
    EXPECT_EQ(format_audit_line(entry()),
              R"({"time":"2025-02-13T11:17:05.007Z","log":"audit","tenant":"t","user":"u",)"
              R"("app":"browser","method":"PUT","path":"/v1.0/me/photo/$value","whose":"users/u",)"
              R"("outcome":"done","status":200,"request_id":"r","remote":"203.0.113.5"})");
}

TEST(AuditLog, WhatIsNotKnownIsLeftOut) {
    EXPECT_EQ(format_audit_line({.method = "GET", .target = "/", .status = 401}),
              R"({"time":"1970-01-01T00:00:00.000Z","log":"audit","method":"GET","path":"/",)"
              R"("outcome":"refused","status":401})");
}

TEST(AuditLog, TheOutcomeIsTheStatussClass) {
    auto failed = entry();
    failed.status = 503;
    EXPECT_THAT(format_audit_line(failed), HasSubstr(R"("outcome":"failed","status":503)"));
    failed.status = 404;
    EXPECT_THAT(format_audit_line(failed), HasSubstr(R"("outcome":"refused","status":404)"));
}

TEST(AuditLog, ATokenInAPathIsLeftOut) {
    auto pasted = entry();
    pasted.target = "/v1.0/users/eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ1In0.c2ln-_/photo";
    pasted.app = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ1In0.c2ln-_";
    const auto line = format_audit_line(pasted);
    EXPECT_THAT(line, HasSubstr(R"("path":"/v1.0/users/[token]/photo")"));
    EXPECT_THAT(line, HasSubstr(R"("app":"[token]")"));
    EXPECT_THAT(line, Not(HasSubstr("eyJ")));
}

TEST(AuditLog, HostileTextStaysInsideItsString) {
    auto hostile = entry();
    hostile.app = "\"}\n{";
    EXPECT_THAT(format_audit_line(hostile), HasSubstr(R"("app":"\"}\u000a{")"));
}

TEST(LineLog, AppendsToAFileOfItsOwnersAlone) {
    const auto file = std::filesystem::temp_directory_path() / (new_guid() + ".log");
    for (int i = 0; i < 2; ++i) {
        auto log = LineLog::to_file(file);
        ASSERT_TRUE(log) << log.error().detail;
        (*log)->write("line");
    }
    std::ostringstream text;
    text << std::ifstream(file).rdbuf();
    EXPECT_EQ(text.str(), "line\nline\n");
    struct stat about{};
    ASSERT_EQ(::stat(file.c_str(), &about), 0);
    EXPECT_EQ(about.st_mode & 0777U, 0600U);
    std::filesystem::remove(file);
}

TEST(LineLog, AFileThatCannotBeOpenedIsAnError) {
    const auto log = LineLog::to_file("/nonexistent/audit.log");
    ASSERT_FALSE(log);
    EXPECT_THAT(log.error().detail, HasSubstr("/nonexistent/audit.log"));
}

}  // namespace
}  // namespace cameo::ops
