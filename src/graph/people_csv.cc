#include "graph/people_csv.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <memory>
#include <optional>
#include <stdexcept>
#include <utility>
#include <vector>

#include "base/text.h"
#include "graph/errors.h"
#include "graph/object_json.h"

namespace cameo::graph {
namespace {

// Of one read of the store, and of one piece of the body.
constexpr std::size_t kPage = 500;
// So long may a slow reader take: each piece is a read that waits for a thread of lists.
constexpr std::chrono::seconds kMaxTime{60};

constexpr std::string_view kColumns =
    "id,displayName,userPrincipalName,mail,jobTitle,department,officeLocation,accountEnabled,"
    "photoEtag,photoWidth,photoHeight,photoModifiedDateTime,photoSource,locked";

// A spreadsheet takes a cell that begins so as a formula, which may send data elsewhere.
bool looks_like_a_formula(std::string_view text) {
    constexpr std::string_view kBegins = "=+-@\t\r";
    return !text.empty() && kBegins.contains(text.front());
}

std::string cell(const std::string& text) {
    return csv_field(looks_like_a_formula(text) ? '\'' + text : text);
}

std::string_view cell(bool truth) { return truth ? "true" : "false"; }

// An exception of next() closes the connection, so that no client takes a part for the whole.
class CsvBody final : public http::BodySource {
  public:
    CsvBody(directory::Store& store, PeopleRequest request)
        : store_(store), request_(std::move(request)), end_(deadline_in(kMaxTime)) {
        request_.query.top = kPage;
        request_.query.count = false;
    }

    std::optional<std::string> next() override {
        if (ended_) return std::nullopt;
        std::string piece = std::exchange(begun_, true) ? std::string() : people_csv_header();
        if (request_.is_empty) ended_ = true;
        if (!ended_) append_page(piece);
        return piece;
    }

  private:
    void append_page(std::string& piece) {
        const auto page = store_.people(request_.query, end_);
        if (!page) throw std::runtime_error("the list of people as CSV: " + page.error().detail);
        for (const auto& person : page->objects) piece += people_csv_line(person);
        ended_ = !page->more || page->objects.empty();
        if (ended_) return;
        const auto& last = page->objects.back().user;
        request_.query.after = {.value = last.display_name, .id = last.id};
    }

    directory::Store& store_;
    PeopleRequest request_;
    const Deadline end_;
    bool begun_ = false;
    bool ended_ = false;
};

}  // namespace

bool accepts_csv(std::string_view accept) {
    return std::ranges::any_of(split_list(accept, ','), [](std::string_view range) {
        const auto parts = split_list(range, ';');
        if (parts.empty() || !equals_ignoring_case(parts.front(), "text/csv")) return false;
        return std::ranges::none_of(parts, [](std::string_view part) {
            const bool is_weight = part.starts_with("q=") || part.starts_with("Q=");
            return is_weight && part.find_first_not_of("0.", 2) == std::string_view::npos;
        });
    });
}

std::string people_csv_header() { return std::string(kColumns) + "\r\n"; }

std::string people_csv_line(const directory::Person& person) {
    const auto& user = person.user;
    std::vector<std::string> cells;
    for (const auto* text : {&user.id, &user.display_name, &user.user_principal_name, &user.mail,
                             &user.job_title, &user.department, &user.office_location})
        cells.push_back(cell(*text));
    cells.emplace_back(cell(user.account_enabled));
    if (const auto& photo = person.photo)
        for (const auto& text :
             {photo->etag, std::to_string(photo->width), std::to_string(photo->height),
              date_time(photo->modified), photo->source})
            cells.push_back(cell(text));
    else
        cells.resize(cells.size() + 5);
    cells.emplace_back(cell(person.locked));
    return fmt::format("{}\r\n", fmt::join(cells, ","));
}

Result<http::Reply> people_csv_reply(const RequestContext& context, const PeopleRequest& request) {
    if (request.has_page)
        return fail(Fault::malformed,
                    "The query parameters 'top' and 'skiptoken' are not supported with 'Accept: "
                    "text/csv', which gives everybody.");
    return http::Reply{
        .status = 200,
        .fields = fmt::format("{}Content-Type: text/csv; charset=utf-8; header=present\r\n"
                              "Content-Disposition: attachment; filename=\"people.csv\"\r\n",
                              kNoStore),
        .source = std::make_shared<CsvBody>(context.directory.store(), request)};
}

}  // namespace cameo::graph
