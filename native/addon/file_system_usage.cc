#include "addon/file_system_usage.h"

#include <array>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

#include "core/file_system.h"
#include "core/thread.h"

namespace ebs_nvme::addon {
namespace {

class Inbox;

/// One file system that is asked.
struct Question {
  std::shared_ptr<Inbox> inbox;
  std::string path;
  /// Deleted on the JavaScript thread only.
  std::unique_ptr<Napi::FunctionReference> callback;
  int error = 0;
  FileSystemUsage usage{};
};

void answer(Napi::Env env, Napi::Function unused, std::nullptr_t* context, Question* question);
using Delivery = Napi::TypedThreadSafeFunction<std::nullptr_t, Question, answer>;

/// The way back into one Node environment. Threads may outlive it: what they bring then is dropped.
class Inbox {
 public:
  explicit Inbox(Napi::Env env) : delivery_(Delivery::New(env, "ebs_nvme file systems", 0, 1)) {
    delivery_.Unref(env);
  }

  void deliver(std::unique_ptr<Question> question) {
    const std::lock_guard lock(mutex_);
    if (!is_open_) {
      // Its reference belongs to an environment that is gone.
      static_cast<void>(question->callback.release());
      return;
    }
    if (delivery_.NonBlockingCall(question.get()) == napi_ok) static_cast<void>(question.release());
  }

  void close() {
    const std::lock_guard lock(mutex_);
    is_open_ = false;
  }

 private:
  std::mutex mutex_;
  bool is_open_ = true;
  Delivery delivery_;
};

void answer(Napi::Env env, Napi::Function, std::nullptr_t*, Question* given) {
  const std::unique_ptr<Question> question(given);
  if (static_cast<napi_env>(env) == nullptr) {
    static_cast<void>(question->callback.release());
    return;
  }
  const auto error = Napi::Number::New(env, question->error);
  if (question->error != 0) {
    question->callback->Call({error});
    return;
  }
  const FileSystemUsage& usage = question->usage;
  const std::array numbers{usage.block_bytes,      usage.blocks, usage.free_blocks,
                           usage.available_blocks, usage.inodes, usage.free_inodes};
  auto array = Napi::Array::New(env, numbers.size());
  for (std::uint32_t i = 0; i < numbers.size(); ++i) array.Set(i, static_cast<double>(numbers[i]));
  question->callback->Call({error, array});
}

void* ask(void* given) {
  name_this_thread("ebs-nvme-statfs");
  std::unique_ptr<Question> question(static_cast<Question*>(given));
  question->error = read_file_system(question->path.c_str(), question->usage);
  const std::shared_ptr<Inbox> inbox = question->inbox;
  inbox->deliver(std::move(question));
  return nullptr;
}

Napi::Value read(const Napi::CallbackInfo& info) {
  const auto& inbox = *static_cast<std::shared_ptr<Inbox>*>(info.Data());
  auto callback = std::make_unique<Napi::FunctionReference>(Napi::Persistent(info[1].As<Napi::Function>()));
  auto question = std::make_unique<Question>();
  question->inbox = inbox;
  question->path = info[0].As<Napi::String>();
  question->callback = std::move(callback);
  const int error = start_detached_thread(ask, question.get());
  if (error == 0) static_cast<void>(question.release());
  return Napi::Number::New(info.Env(), error);
}

}  // namespace

Napi::Function file_system_reader(Napi::Env env) {
  auto* const inbox = new std::shared_ptr<Inbox>(std::make_shared<Inbox>(env));
  // Hooks run in reverse order, so this one before the delivery's own: from then on no thread may use the
  // delivery.
  env.AddCleanupHook(
      [](std::shared_ptr<Inbox>* closing) {
        (*closing)->close();
        delete closing;
      },
      inbox);
  return Napi::Function::New(env, read, "readFileSystem", inbox);
}

}  // namespace ebs_nvme::addon
