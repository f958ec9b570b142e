#include "addon/reader_process.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "reader/socket.h"

namespace ebs_nvme::addon {
namespace {

using State = ReaderClient::State;

ReaderClient* reader = nullptr;

Clock::duration to_timeout(const Napi::Value& value) {
  const std::chrono::duration<double, std::milli> timeout{value.As<Napi::Number>().DoubleValue()};
  return std::chrono::duration_cast<Clock::duration>(timeout);
}

/// ReaderState in receiver/native-addon.ts.
Napi::Object to_object(Napi::Env env, const State& state) {
  auto object = Napi::Object::New(env);
  object.Set("isFinal", state.is_final);
  object.Set("isLost", state.is_lost);
  if (state.reader) {
    object.Set("pid", state.reader->pid);
    object.Set("landlockAbi", state.reader->landlock_abi);
    object.Set("isChrooted", state.reader->is_chrooted != 0);
  }
  if (state.ended) {
    object.Set("waitStatus", state.ended->wait_status);
    object.Set("refusedCall", static_cast<double>(state.ended->refused_call) - 1);
    object.Set("restartInMs", state.ended->restart_in_ms);
  }
  return object;
}

/// Brings changes from the client's thread to JavaScript. Does not keep the process alive, and stays.
class Announcer final : public ReaderClient::Observer {
 public:
  Announcer(Napi::Env env, Napi::Function on_change)
      : delivery_(Delivery::New(env, on_change, "ebs_nvme reader", 0, 1)) {
    delivery_.Unref(env);
  }

  void changed(const State& state) override {
    auto copy = std::make_unique<State>(state);
    if (delivery_.NonBlockingCall(copy.get()) == napi_ok) static_cast<void>(copy.release());
  }

 private:
  static void deliver(Napi::Env env, Napi::Function on_change, std::nullptr_t*, State* state) {
    const std::unique_ptr<State> owner(state);
    if (static_cast<napi_env>(env) != nullptr) on_change.Call({to_object(env, *owner)});
  }
  using Delivery = Napi::TypedThreadSafeFunction<std::nullptr_t, State, deliver>;

  Delivery delivery_;
};

/// The reader may start a little later than the collector. -1 and errno where it did not.
int connect_in_time(const std::string& socket_path, Clock::duration timeout) {
  const auto deadline = Clock::now() + timeout;
  for (;;) {
    if (const auto connection = connect_to(socket_path); connection.is_open()) {
      return ::fcntl(connection.get(), F_DUPFD_CLOEXEC, 3);
    }
    if (Clock::now() >= deadline) return -1;
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
}

std::vector<std::string> to_strings(Napi::Array array) {
  std::vector<std::string> strings;
  for (std::uint32_t i = 0; i < array.Length(); ++i) strings.push_back(Napi::Value(array[i]).ToString());
  return strings;
}

std::vector<char*> to_pointers(std::vector<std::string>& strings) {
  std::vector<char*> pointers;
  for (std::string& string : strings) pointers.push_back(string.data());
  pointers.push_back(nullptr);
  return pointers;
}

}  // namespace

ReaderClient* connected_reader() noexcept {
  return reader;
}

Napi::Value connect_reader(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const bool is_inherited = info[0].IsNumber();
  const std::string socket_path = is_inherited ? std::string() : info[0].As<Napi::String>();
  const auto timeout = to_timeout(info[2]);
  const int fd =
      is_inherited ? info[0].As<Napi::Number>().Int32Value() : connect_in_time(socket_path, timeout);
  if (fd < 0) return Napi::String::New(env, "nobody listens at " + socket_path + ": " + std::strerror(errno));
  // Neither is ever destroyed: the client's thread waits for the process's life.
  auto* const client = new ReaderClient(Channel(fd), info[1].As<Napi::String>(), socket_path);
  if (const std::string failure = client->connect(timeout); !failure.empty()) {
    return Napi::String::New(env, failure);
  }
  client->observe(*new Announcer(env, info[3].As<Napi::Function>()));
  reader = client;
  return to_object(env, client->state());
}

Napi::Value list_devices(const Napi::CallbackInfo& info) {
  auto names = Napi::Array::New(info.Env());
  if (reader == nullptr) return names;
  for (const auto& device : reader->list(to_timeout(info[0]))) {
    names.Set(names.Length(), std::string(protocol::text_of(device.name).value_or("")));
  }
  return names;
}

Napi::Value replace_process(const Napi::CallbackInfo& info) {
  const std::string program = info[0].As<Napi::String>();
  auto command = to_strings(info[1].As<Napi::Array>());
  auto environment = to_strings(info[2].As<Napi::Array>());
  // Node has these closed with a new program, and its handlers would swallow signals that come between here
  // and it.
  for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) ::fcntl(stream, F_SETFD, 0);
  for (const int signal : {SIGHUP, SIGINT, SIGTERM}) std::signal(signal, SIG_DFL);
  ::execve(program.c_str(), to_pointers(command).data(), to_pointers(environment).data());
  return Napi::String::New(info.Env(), std::strerror(errno));
}

}  // namespace ebs_nvme::addon
