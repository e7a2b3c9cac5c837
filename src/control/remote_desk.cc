#include "control/remote_desk.h"

#include <fmt/format.h>

#include <optional>
#include <utility>

#include "base/ids.h"

namespace cameo::control {
namespace {

std::unexpected<Error> gone() {
    return fail(Fault::internal, "The server has ended. Run the command again to go on.");
}

Result<Greeting> read_greeting(Stream& stream) {
    const auto head = stream.read_head();
    if (!head) return std::unexpected(head.error());
    if (!*head)
        return fail(Fault::busy,
                    "the server turned this process away: it is another user's, or "
                    "there are too many");
    return parse_greeting(**head);
}

Result<Reply> exchange(Stream& stream, const Request& request, ByteView bytes) {
    if (!stream.write(to_json(request), bytes)) return gone();
    const auto head = stream.read_head();
    if (!head || !*head) return gone();
    auto reply = parse_reply(**head);
    if (reply && reply->error) return std::unexpected(std::move(*reply->error));
    return reply;
}

}  // namespace

class RemoteDesk::RemoteHold final : public transfer::PhotoDesk::SweepHold {
  public:
    RemoteHold(const RemoteDesk& desk, photo::SweepLease lease)
        : desk_(desk), lease_(std::move(lease)) {
        if (lease_.id.empty()) lease_.id = random_hex128_lower();
    }

    // A repair asks for the sweep right after its check has released the hold.
    ~RemoteHold() override {
        if (stream_) stream_->end();
    }
    RemoteHold(const RemoteHold&) = delete;
    RemoteHold& operator=(const RemoteHold&) = delete;

    Result<void> take() {
        auto stream = desk_.open();
        if (!stream) return std::unexpected(std::move(stream.error()));
        if (auto reply = exchange(*stream, HoldSweepRequest{lease_}, {}); !reply)
            return std::unexpected(std::move(reply.error()));
        stream_ = std::move(*stream);
        lease_.again = true;
        return {};
    }

    // As long as the connection stands, the server that holds the sweep runs.
    Result<void> confirm() override {
        if (!stream_->has_ended()) return {};
        auto taken = take();
        if (taken || taken.error().fault == Fault::conflict) return taken;
        return fail(Fault::busy, taken.error().detail);
    }

    void leave() override {}  // its server does

  private:
    const RemoteDesk& desk_;
    photo::SweepLease lease_;
    std::optional<Stream> stream_;
};

RemoteDesk::RemoteDesk(std::filesystem::path data, Greeting greeting, Stream stream)
    : data_(std::move(data)), greeting_(std::move(greeting)) {
    idle_.push_back(std::move(stream));
}

Result<std::unique_ptr<RemoteDesk>> RemoteDesk::connect(const std::filesystem::path& data) {
    auto stream = Stream::connect(data);
    if (!stream) return std::unexpected(std::move(stream.error()));
    auto greeting = read_greeting(*stream);
    if (!greeting) return std::unexpected(std::move(greeting.error()));
    return std::unique_ptr<RemoteDesk>(
        new RemoteDesk(data, std::move(*greeting), std::move(*stream)));
}

Result<Stream> RemoteDesk::borrow() {
    {
        const std::lock_guard lock(mutex_);
        if (!idle_.empty()) {
            auto stream = std::move(idle_.back());
            idle_.pop_back();
            return stream;
        }
    }
    return open();
}

Result<Stream> RemoteDesk::open() const {
    auto stream = Stream::connect(data_);
    if (!stream) return gone();
    if (auto greeting = read_greeting(*stream); !greeting)
        return std::unexpected(std::move(greeting.error()));
    return stream;
}

Result<Reply> RemoteDesk::ask(const Request& request, ByteView bytes) {
    auto stream = borrow();
    if (!stream) return std::unexpected(std::move(stream.error()));
    auto reply = exchange(*stream, request, bytes);
    // One that broke is not used again.
    if (reply || reply.error().fault != Fault::internal) {
        const std::lock_guard lock(mutex_);
        idle_.push_back(std::move(*stream));
    }
    return reply;
}

Result<photo::Photos::Put> RemoteDesk::put(const transfer::Placement& placement, ByteView upload) {
    if (upload.size() > limits().bytes)
        return fail(Fault::too_large, fmt::format("The upload has {} bytes; at most {} are taken.",
                                                  upload.size(), limits().bytes));
    const auto reply = ask(PutRequest{placement, upload.size()}, upload);
    if (!reply) return std::unexpected(reply.error());
    return reply->stored ? photo::Photos::Put::stored : photo::Photos::Put::unchanged;
}

Result<void> RemoteDesk::remove(const OwnerKey& owner, const std::string& blob_key) {
    const auto reply = ask(RemoveRequest{owner, blob_key});
    if (!reply) return std::unexpected(reply.error());
    return {};
}

Result<void> RemoteDesk::keep_blob(const std::string& key) {
    const auto reply = ask(KeepBlobRequest{key});
    if (!reply) return std::unexpected(reply.error());
    return {};
}

Result<photo::Swept> RemoteDesk::remove_orphan_blobs() {
    const auto reply = ask(RemoveOrphansRequest{});
    if (!reply) return std::unexpected(reply.error());
    return reply->swept;
}

Result<std::unique_ptr<transfer::PhotoDesk::SweepHold>> RemoteDesk::hold_sweep(
    const photo::SweepLease& lease) {
    auto hold = std::make_unique<RemoteHold>(*this, lease);
    if (auto taken = hold->take(); !taken) return std::unexpected(std::move(taken.error()));
    return hold;
}

}  // namespace cameo::control
