// A worker for the unit tests. The name under which it is executed, through a link, is its
// behaviour: a bad response, or, for "attack", entering the sandbox as every worker does and then
// trying the attack that the upload names.
#include <fcntl.h>
#include <netinet/in.h>
#include <sched.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <functional>
#include <map>
#include <sstream>
#include <string>
#include <thread>

#include "image_worker/protocol.h"
#include "image_worker/worker_main.h"

namespace {

using namespace cameo;
using namespace cameo::image_worker;

constexpr int kSocket = 3;

void send_bytes(ByteView bytes) { send(kSocket, bytes.data(), bytes.size(), MSG_NOSIGNAL); }

Bytes jpeg_like(std::size_t length) {
    Bytes bytes(length, 7);
    bytes[0] = bytes[2] = bytes[length - 2] = 0xFF;
    bytes[1] = 0xD8;
    bytes[length - 1] = 0xD9;
    return bytes;
}

photo::RenderedPhoto two_sizes(photo::Size second, Bytes jpeg) {
    photo::RenderedPhoto photo{.items = {}, .picture = {64, 64}};
    photo.items.push_back({{48, 48}, jpeg_like(100)});
    photo.items.push_back({second, std::move(jpeg)});
    return photo;
}

Bytes bad_response(const std::string& name) {
    const Bytes good = encode(Result<photo::RenderedPhoto>(two_sizes({64, 64}, jpeg_like(100))));
    Bytes response = good;
    if (name == "valid") return response;
    if (name == "garbage") return Bytes(4096, 0xAB);
    if (name == "half_a_response") return {good.begin(), good.begin() + 60};
    if (name == "oversize") response[15] = 0x7F;        // body of two gigabytes
    if (name == "many_renditions") response[9] = 0x10;  // 4098 renditions
    if (name == "length_beyond")
        response[kResponseBytes + 12 + 10] = 1;  // the second has 65,636 bytes
    if (name == "trailing_bytes") {
        response[12] = static_cast<std::uint8_t>(response[12] + 5);
        response.insert(response.end(), 5, 0);
    }
    if (name == "wrong_size") return encode(two_sizes({65, 65}, jpeg_like(100)));
    if (name == "missing_size") return encode(two_sizes({96, 96}, jpeg_like(100)));
    if (name == "no_jpeg") return encode(two_sizes({64, 64}, Bytes(100, 'x')));
    if (name == "foreign_fault") return encode(fail(Fault::denied, "go away"));
    if (name == "dirty_detail") return encode(fail(Fault::invalid_image, "a\r\nb\x01\xFF"));
    return response;
}

void read_request() {
    RequestBytes header{};
    if (recv(kSocket, header.data(), header.size(), MSG_WAITALL) <= 0) std::_Exit(0);
    Bytes upload(decode(header)->upload_bytes);
    if (!upload.empty()) recv(kSocket, upload.data(), upload.size(), MSG_WAITALL);
}

// True for the first process of this name, which creates a file for the later ones.
bool is_first(const std::filesystem::path& program) {
    const auto mark = program.parent_path() / (program.filename().string() + ".ran");
    return std::filesystem::create_directory(mark);
}

[[noreturn]] void sleep_forever() {
    // Closing the socket or SIGTERM does not end it.
    std::signal(SIGTERM, SIG_IGN);
    for (;;) pause();
}

// The lock on the file lasts as long as either process.
[[noreturn]] void hang_with_a_child(const std::filesystem::path& file) {
    flock(open(file.c_str(), O_RDWR | O_CREAT, 0600), LOCK_EX);
    fork();
    sleep_forever();
}

[[noreturn]] void spin() {
    std::atomic<unsigned> turns = 0;  // the compiler may remove a loop without effect
    while (true) ++turns;
}

void flood_errors() {
    const std::string line = "2026-01-01 00:00:00 error forged\x1b[2J\n";
    for (int i = 0; i < 100'000; ++i) (void)!write(2, line.data(), line.size());
}

void misbehave_with_time(const std::string& name) {
    if (name == "hang") sleep_forever();
    if (name == "spin") spin();
    if (name == "spin_in_threads") {
        std::jthread(spin).detach();
        std::jthread(spin).detach();
        sleep_forever();
    }
    while (name == "trickle") {
        send_bytes(ByteView(bad_response("valid")).first(1));
        usleep(20'000);
    }
}

Greeting greeting_of(const std::string& name) {
    Greeting greeting{.confinement = Confinement::seccomp};
    if (name == "other_version") greeting.version = "0.0.9";
    if (name == "not_confined")
        greeting = {.confinement = Confinement::failed, .detail = "seccomp is\nnot here"};
    return greeting;
}

int misbehave(const std::filesystem::path& program) {
    const std::string name = program.filename();
    if (name == "leave_at_once") return 0;
    if (name == "silent") sleep_forever();
    send_bytes(encode(greeting_of(name)));
    read_request();
    if (name == "crash_once" && is_first(program)) std::raise(SIGKILL);
    if (name == "crash_once") send_bytes(bad_response("valid"));
    if (name == "crash") std::raise(SIGKILL);
    if (name == "flood_errors") flood_errors();
    if (name == "hang_with_a_child") hang_with_a_child(program.parent_path() / "lock");
    misbehave_with_time(name);
    send_bytes(bad_response(name));
    read_request();  // until the server closes the socket
    return 0;
}

// An attack returns what its system call returned. `argument` is a path or a process id.
using Attack = std::function<long(const std::string& argument)>;

long connect_to(const sockaddr& address, socklen_t length, int family) {
    const int made = socket(family, SOCK_STREAM, 0);
    return made < 0 ? made : connect(made, &address, length);
}

long connect_by_tcp(const std::string& port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(std::stoi(port)));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return connect_to(reinterpret_cast<const sockaddr&>(address), sizeof address, AF_INET);
}

long connect_by_path(const std::string& path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path.copy(address.sun_path, sizeof address.sun_path - 1);
    return connect_to(reinterpret_cast<const sockaddr&>(address), sizeof address, AF_UNIX);
}

long open_by_openat2(const std::string& path) {
    const std::array<std::uint64_t, 3> how{};
    return syscall(SYS_openat2, AT_FDCWD, path.c_str(), how.data(), sizeof how);
}

long fork_by_clone3(const std::string&) {
    const std::array<std::uint64_t, 11> arguments{0, 0, 0, 0, SIGCHLD};
    return syscall(SYS_clone3, arguments.data(), sizeof arguments);
}

long execute(const std::string& path) {
    const std::array<const char*, 2> arguments{path.c_str(), nullptr};
    return syscall(SYS_execve, path.c_str(), arguments.data(), nullptr);
}

long read_memory_of(const std::string& pid) {
    std::uint64_t word = 0;
    const iovec here{&word, sizeof word};
    return syscall(SYS_process_vm_readv, std::stoi(pid), &here, 1, &here, 1, 0);
}

long call_32_bit([[maybe_unused]] const std::string& path) {
#ifdef __x86_64__
    long result = 20;                                    // getpid, numbered as on i386
    asm volatile("int $0x80" : "+a"(result)::"memory");  // NOLINT(hicpp-no-assembler): no other way
    return result;
#else
    errno = EACCES;
    return -1;
#endif
}

const std::map<std::string, Attack>& attacks() {
    static const std::map<std::string, Attack> kAll{
        {"open", [](auto& path) { return syscall(SYS_openat, AT_FDCWD, path.c_str(), O_RDONLY); }},
        {"open_by_openat2", open_by_openat2},
        {"create",
         [](auto& path) {
             return syscall(SYS_openat, AT_FDCWD, path.c_str(), O_WRONLY | O_CREAT, 0600);
         }},
        {"unlink", [](auto& path) { return syscall(SYS_unlinkat, AT_FDCWD, path.c_str(), 0); }},
        {"stat",
         [](auto& path) {
             struct stat about{};
             return syscall(SYS_newfstatat, AT_FDCWD, path.c_str(), &about, 0);
         }},
        {"connect_by_tcp", connect_by_tcp},
        {"connect_by_path", connect_by_path},
        {"execute", execute},
        {"fork", [](auto&) { return syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0); }},
        {"fork_by_vfork", [](auto&) { return syscall(SYS_clone, CLONE_VM | SIGCHLD, 0, 0, 0, 0); }},
        {"fork_by_clone3", fork_by_clone3},
        {"make_namespace",
         [](auto&) { return syscall(SYS_clone, CLONE_THREAD | CLONE_NEWUSER, 0, 0, 0, 0); }},
        {"unshare", [](auto&) { return syscall(SYS_unshare, CLONE_NEWUSER); }},
        {"trace",
         [](auto& pid) { return ptrace(PTRACE_ATTACH, std::stoi(pid), nullptr, nullptr); }},
        {"read_memory", read_memory_of},
        {"signal", [](auto& pid) { return syscall(SYS_kill, std::stoi(pid), SIGTERM); }},
        {"signal_by_tgkill",
         [](auto& pid) { return syscall(SYS_tgkill, std::stoi(pid), std::stoi(pid), SIGTERM); }},
        {"open_process", [](auto& pid) { return syscall(SYS_pidfd_open, std::stoi(pid), 0); }},
        {"raise_limit",
         [](auto&) {
             const rlimit limit{RLIM_INFINITY, RLIM_INFINITY};
             return syscall(SYS_prlimit64, 0, RLIMIT_NOFILE, &limit, nullptr);
         }},
        {"become_dumpable", [](auto&) { return prctl(PR_SET_DUMPABLE, 1, 0, 0, 0); }},
        {"map_code",
         [](auto&) {
             return syscall(SYS_mmap, nullptr, 4096, PROT_READ | PROT_WRITE | PROT_EXEC,
                            MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
         }},
        {"make_ring", [](auto&) { return syscall(SYS_io_uring_setup, 1, nullptr); }},
        {"make_file_in_memory", [](auto&) { return syscall(SYS_memfd_create, "x", 0); }},
        {"write_to_output", [](auto&) { return write(1, "x", 1); }},
        {"call_32_bit", call_32_bit},
        {"send_out_of_band", [](auto&) { return send(kSocket, "", 0, MSG_OOB | MSG_NOSIGNAL); }},
        {"receive", [](auto&) { return recv(kSocket, nullptr, 0, MSG_DONTWAIT); }},
        {"poison_memory", [](auto&) { return syscall(SYS_madvise, nullptr, 0, 100L); }},
        {"name_thread", [](auto&) { return prctl(PR_SET_NAME, "decoder", 0, 0, 0); }},
        {"start_thread",
         [](auto&) {
             std::thread([] {}).join();
             return 0L;
         }},
    };
    return kAll;
}

// The upload is "ATTACK ARGUMENT"; the detail of the response is the result.
Result<photo::RenderedPhoto> try_attack(ByteView upload, const RenderRequest&) {
    std::istringstream words{std::string(as_text(upload))};
    std::string name;
    std::string argument;
    words >> name >> argument;
    const auto attack = attacks().find(name);
    if (attack == attacks().end()) return fail(Fault::invalid_image, "unknown");
    errno = 0;
    const long result = attack->second(argument);
    return fail(Fault::invalid_image,
                result < 0 ? strerrorname_np(errno) : "done");  // NOLINT(concurrency-mt-unsafe)
}

}  // namespace

int main(int argc, char** argv) {
    const std::filesystem::path program(argv[0]);
    if (program.filename() != "attack") return misbehave(program);
    return worker_main(argc, argv, {.warm_up = [] {}, .render = try_attack});
}
