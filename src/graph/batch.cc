#include "graph/batch.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

#include "base/bytes.h"
#include "base/encoding.h"
#include "base/text.h"
#include "graph/errors.h"
#include "graph/request_context.h"
#include "graph/service.h"

namespace cameo::graph {
namespace {

namespace json = boost::json;

// The item as a separate request, with the token, host and ids of the outer request. Refers to
// both.
http::Request request_of(const BatchItem& item, const http::Request& outer) {
    http::Request request{
        .method = item.method,
        .method_text = item.method_text,
        .target = item.target,
        .body_state = item.body.empty() ? http::BodyState::none : http::BodyState::complete,
        .body = item.body,
        .remote = outer.remote,
        .secure = outer.secure,
        .forwarded_host = outer.forwarded_host,
        .id = outer.id,
        .client_id = outer.client_id,
        .arrived = outer.arrived};
    for (const auto& field : outer.fields)
        if (equals_ignoring_case(field.name, "authorization") ||
            equals_ignoring_case(field.name, "host"))
            request.fields.push_back(field);
    for (const auto& [name, value] : item.headers) request.fields.push_back({name, value});
    return request;
}

http::Reply answer_item(const RequestContext& context, const BatchItem& item,
                        bool dependency_failed) {
    const auto refused = [&](int status, std::string_view code, std::string_view message) {
        return error_reply(context.request, context.clock.now(), status, code, message,
                           std::string(kNoStore));
    };
    if (item.refusal) return refused(400, "BadRequest", item.refusal->detail);
    if (dependency_failed)
        return refused(424, "FailedDependency", "An item on which this one depends has failed.");
    return context.service.run(request_of(item, context.request));
}

void append_text(std::string& out, std::string_view text) {
    out += json::serialize(json::string(text));
}

// `{"Content-Type":"image/jpeg","ETag":"..."}`, of header lines.
std::string headers_object(std::string_view lines) {
    std::string out = "{";
    while (!lines.empty()) {
        const auto end = std::min(lines.find("\r\n"), lines.size());
        const auto line = lines.substr(0, end);
        lines.remove_prefix(std::min(end + 2, lines.size()));
        const auto colon = line.find(':');
        if (colon == std::string_view::npos) continue;
        if (out.size() > 1) out += ',';
        append_text(out, line.substr(0, colon));
        out += ':';
        append_text(out, trim(line.substr(colon + 1)));
    }
    return out + '}';
}

// JSON as is, text as a JSON string, pictures as base64.
void append_body(std::string& out, const http::Reply& reply) {
    const auto body = reply.body.view();
    const auto fields = reply.fields.view();
    if (fields.find("Content-Type: application/json") != std::string_view::npos)
        out += body;
    else if (fields.find("Content-Type: text/") != std::string_view::npos ||
             fields.find("Content-Type: application/xml") != std::string_view::npos)
        append_text(out, body);
    else
        out.append(1, '"').append(to_base64(as_bytes(body))).append(1, '"');
}

std::string response_object(const std::string& id, const http::Reply& reply) {
    std::string out = R"({"id":)";
    append_text(out, id);
    out += fmt::format(R"(,"status":{},"headers":{})", reply.status,
                       headers_object(reply.fields.view()));
    if (!reply.body.view().empty()) {
        out += R"(,"body":)";
        append_body(out, reply);
    }
    return out + '}';
}

// The whole reply stays in memory until the client has read it. Only pictures and lists are large;
// the reply to a change is small and is always included.
constexpr std::size_t kMaxAnswerBytes = 16 << 20;
constexpr std::size_t kSmallBytes = 64 << 10;

bool fits(std::size_t so_far, const http::Reply& reply) {
    const auto bytes = reply.body.view().size() / 3 * 4;  // as base64
    return bytes <= kSmallBytes || so_far + bytes <= kMaxAnswerBytes;
}

http::Reply too_much(const RequestContext& context) {
    return context.service.error_reply(
        context.request, 503,
        "The response of the batch would be too large. Send this request outside the batch.");
}

// The state that the threads of one batch share. A helper may start after the batch has ended: it
// then finds no item, and the state lives as long as the helper.
class Run {
  public:
    Run(std::vector<BatchItem> items, ItemAnswer answer)
        : items_(std::move(items)),
          answer_(std::move(answer)),
          states_(items_.size(), State::waiting),
          replies_(items_.size()) {}

    // Runs items until no further item can start.
    void work() {
        std::unique_lock lock(mutex_);
        while (const auto next = take()) {
            lock.unlock();
            auto reply = answer_guarded(*next);
            lock.lock();
            replies_[next->item] = std::move(reply);
            states_[next->item] = State::done;
            changed_.notify_all();
        }
    }

    // Runs items and waits until every item has a reply.
    std::vector<http::Reply> finish() {
        for (;;) {
            work();
            std::unique_lock lock(mutex_);
            const auto is_done = [](State state) { return state == State::done; };
            if (std::ranges::all_of(states_, is_done)) return std::move(replies_);
            changed_.wait(lock,
                          [&] { return can_begin_one() || std::ranges::all_of(states_, is_done); });
        }
    }

    // How many items can run at the same time: more helpers are of no use.
    std::size_t width() const {
        return static_cast<std::size_t>(std::ranges::count_if(
            items_, [](const auto& item) { return item.depends_on.empty(); }));
    }

  private:
    enum class State : std::uint8_t { waiting, begun, done };
    struct Next {
        std::size_t item = 0;
        bool dependency_failed = false;
    };

    http::Reply answer_guarded(const Next& next) {
        try {
            return answer_(items_[next.item], next.dependency_failed);
        } catch (...) {
            return {.status = 500};
        }
    }

    bool can_begin(std::size_t item) const {
        return states_[item] == State::waiting &&
               std::ranges::all_of(items_[item].depends_on, [&](std::size_t other) {
                   return states_[other] == State::done;
               });
    }

    bool can_begin_one() const {
        for (std::size_t i = 0; i < items_.size(); ++i)
            if (can_begin(i)) return true;
        return false;
    }

    std::optional<Next> take() {
        for (std::size_t i = 0; i < items_.size(); ++i) {
            if (!can_begin(i)) continue;
            states_[i] = State::begun;
            const bool failed = std::ranges::any_of(items_[i].depends_on, [&](std::size_t other) {
                return replies_[other].status >= 400;
            });
            return Next{i, failed};
        }
        return std::nullopt;
    }

    std::vector<BatchItem> items_;
    ItemAnswer answer_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::vector<State> states_;
    std::vector<http::Reply> replies_;
};

constexpr std::size_t kMaxHelpers = 3;  // besides the caller: one batch does not occupy all of them

}  // namespace

HandlerResult post_batch(const RequestContext& context) {
    // The limit of an upload: an item may contain a picture.
    const auto text = read_body(context.request, context.settings.upload_bytes);
    if (!text) return std::unexpected(text.error());
    auto items = parse_batch(text->view(), context.target.version());
    if (!items) return std::unexpected(std::move(items.error()));
    std::vector<std::string> ids;
    for (const auto& item : *items) ids.push_back(item.id);
    const auto replies = run_batch(
        *std::move(items),
        [&context](const BatchItem& item, bool failed) {
            try {
                return answer_item(context, item, failed);
            } catch (...) {
                return context.service.exception_reply(context.request);
            }
        },
        context.service.pools().batch_items);
    std::string body = R"({"responses":[)";
    for (std::size_t i = 0; i < replies.size(); ++i) {
        if (i > 0) body += ',';
        body +=
            response_object(ids[i], fits(body.size(), replies[i]) ? replies[i] : too_much(context));
    }
    body += "]}";
    return http::Reply{.status = 200,
                       .fields = fmt::format("{}Content-Type: application/json\r\n", kNoStore),
                       .body = std::move(body)};
}

std::vector<http::Reply> run_batch(std::vector<BatchItem> items, const ItemAnswer& answer,
                                   WorkPool& helpers) {
    const auto run = std::make_shared<Run>(std::move(items), answer);
    const std::size_t wanted = std::min(kMaxHelpers, std::max<std::size_t>(run->width(), 1) - 1);
    for (std::size_t i = 0; i < wanted; ++i)
        if (!helpers.try_post([run] { run->work(); })) break;
    return run->finish();
}

}  // namespace cameo::graph
