#include "control/server.h"

#include <fmt/format.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <exception>
#include <list>
#include <system_error>
#include <thread>
#include <utility>

#include "control/protocol.h"
#include "control/stream.h"

namespace cameo::control {
namespace {

using transfer::PhotoDesk;

constexpr int kAcceptPauseMs = 100;

Reply refusal(Error error) { return {.error = std::move(error)}; }

// One connection, from its greeting to its end.
class Conversation {
  public:
    // `is_stopping`: where it ends, the server does.
    Conversation(Stream stream, const Server::Settings& settings, PhotoDesk& desk,
                 const std::atomic<bool>& is_stopping)
        : stream_(std::move(stream)), settings_(settings), desk_(desk), is_stopping_(is_stopping) {}

    void run() {
        const auto peer = stream_.peer_user();
        if (peer != ::geteuid() && peer != 0U) {
            settings_.log(fmt::format("control: user {} was turned away", peer.value_or(0)));
            return;
        }
        if (auto ended = converse(); !ended)
            settings_.log(fmt::format("control: {}", ended.error().detail));
        // The other end goes on: its hold is for the server that is started next.
        if (hold_ && is_stopping_) hold_->leave();
        if (changes_ > 0) settings_.log(fmt::format("control: changed {} photos", changes_));
    }

  private:
    Result<void> converse() {
        const Greeting greeting{settings_.program, desk_.limits()};
        if (auto greeted = stream_.write(to_json(greeting)); !greeted) return greeted;
        while (true) {
            const auto head = stream_.read_head();
            if (!head) return std::unexpected(head.error());
            if (!*head) return {};
            const auto request = parse_request(**head);
            if (!request) return std::unexpected(request.error());
            auto reply = std::visit([this](const auto& one) { return serve(one); }, *request);
            if (!reply) return std::unexpected(std::move(reply.error()));
            if (auto written = stream_.write(to_json(*reply)); !written) return written;
        }
    }

    // A Reply, also where the desk refuses; an error ends the conversation.
    Result<Reply> serve(const PutRequest& put) {
        if (put.bytes > desk_.limits().bytes)
            return fail(Fault::malformed, fmt::format("an upload of {} bytes", put.bytes));
        const auto upload = stream_.read_bytes(put.bytes);
        if (!upload) return std::unexpected(upload.error());
        const auto outcome = desk_.put(put.placement, *upload);
        if (!outcome) return refusal(outcome.error());
        const bool stored = *outcome == photo::Photos::Put::stored;
        changes_ += stored ? 1 : 0;
        return Reply{.stored = stored};
    }
    Result<Reply> serve(const RemoveRequest& remove) {
        if (auto removed = desk_.remove(remove.owner, remove.blob_key); !removed)
            return refusal(std::move(removed.error()));
        ++changes_;
        return Reply{};
    }
    Result<Reply> serve(const KeepBlobRequest& keep) {
        if (auto kept = desk_.keep_blob(keep.key); !kept) return refusal(std::move(kept.error()));
        return Reply{};
    }
    Result<Reply> serve(const RemoveOrphansRequest&) {
        auto swept = desk_.remove_orphan_blobs();
        if (!swept) return refusal(std::move(swept.error()));
        return Reply{.swept = *std::move(swept)};
    }
    Result<Reply> serve(const HoldSweepRequest& request) {
        auto held = desk_.hold_sweep(request.lease);
        if (!held) return refusal(std::move(held.error()));
        hold_ = std::move(*held);
        return Reply{};
    }

    Stream stream_;
    const Server::Settings& settings_;
    PhotoDesk& desk_;
    const std::atomic<bool>& is_stopping_;
    std::unique_ptr<PhotoDesk::SweepHold> hold_;
    std::size_t changes_ = 0;
};

class ThreadedServer final : public Server {
  public:
    ThreadedServer(Settings settings, PhotoDesk& desk, int listener, int wake)
        : settings_(std::move(settings)),
          desk_(desk),
          listener_(listener),
          wake_(wake),
          thread_([this] { accept_all(); }) {}

    ~ThreadedServer() override {
        is_stopping_ = true;
        const std::uint64_t one = 1;
        (void)!::write(wake_, &one, sizeof one);  // stays readable: wakes every waiting thread
        thread_.join();
        for (auto& guest : guests_) guest.thread.join();
        ::close(listener_);
        ::close(wake_);
        ::unlink(socket_file(settings_.data).c_str());
    }
    ThreadedServer(const ThreadedServer&) = delete;
    ThreadedServer& operator=(const ThreadedServer&) = delete;

  private:
    struct Guest {
        std::atomic<bool> over = false;
        std::thread thread;
    };

    void accept_all() {
        while (true) {
            std::array<pollfd, 2> descriptors{{{listener_, POLLIN, 0}, {wake_, POLLIN, 0}}};
            if (::poll(descriptors.data(), descriptors.size(), -1) < 0 && errno != EINTR) return;
            if (descriptors[1].revents != 0) return;
            const int socket = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
            if (socket >= 0)
                welcome(Stream(socket, wake_));
            else if (errno != EAGAIN && errno != EINTR && errno != ECONNABORTED)
                pause(errno);
        }
    }

    // The connection that cannot be accepted, for want of descriptors or memory, keeps the listener
    // readable: to try again at once would take a whole core.
    void pause(int reason) {
        if (!std::exchange(pausing_, true))
            settings_.log(fmt::format("control: no connection can be accepted for now: {}",
                                      std::strerror(reason)));
        pollfd wake{wake_, POLLIN, 0};
        (void)::poll(&wake, 1, kAcceptPauseMs);
    }

    void welcome(Stream stream) {
        if (std::exchange(pausing_, false))
            settings_.log("control: connections are accepted again");
        guests_.remove_if([](Guest& guest) {
            if (!guest.over) return false;
            guest.thread.join();
            return true;
        });
        if (guests_.size() >= settings_.connections) return;  // closes it
        Guest& guest = guests_.emplace_back();
        try {
            guest.thread = std::thread([this, &guest, opened = std::move(stream)]() mutable {
                talk(std::move(opened));
                guest.over = true;
            });
        } catch (const std::system_error& error) {
            guests_.pop_back();
            settings_.log(fmt::format("control: no thread for a connection: {}", error.what()));
        }
    }

    // The last catch: whatever goes wrong costs this connection alone.
    void talk(Stream stream) {
        try {
            Conversation(std::move(stream), settings_, desk_, is_stopping_).run();
        } catch (const std::exception& error) {
            settings_.log(fmt::format("control: {}", error.what()));
        }
    }

    const Settings settings_;
    PhotoDesk& desk_;
    int listener_;
    int wake_;
    std::atomic<bool> is_stopping_ = false;
    std::list<Guest> guests_;  // of the accepting thread alone, as is pausing_
    bool pausing_ = false;     // the last connection could not be accepted
    std::thread thread_;
};

}  // namespace

Result<std::unique_ptr<Server>> Server::start(Settings settings, PhotoDesk& desk) {
    const auto listener = listen_in(settings.data);
    if (!listener) return std::unexpected(listener.error());
    const int wake = ::eventfd(0, EFD_CLOEXEC);
    if (wake < 0) {
        ::close(*listener);
        return fail(Fault::internal, "the control socket: no more descriptors");
    }
    return std::make_unique<ThreadedServer>(std::move(settings), desk, *listener, wake);
}

}  // namespace cameo::control
