#pragma once

#include <napi.h>

#include <memory>
#include <unordered_map>

#include "addon/call.h"

namespace ebs_nvme::addon {

/// What the addon keeps for one Node environment, the main thread or a worker_thread: the way back into it,
/// and the calls that wait. Only these keep the process alive.
class Environment {
 public:
  explicit Environment(Napi::Env env);
  Environment(const Environment&) = delete;
  Environment& operator=(const Environment&) = delete;

  [[nodiscard]] static Environment& of(Napi::Env env);

  /// On the JavaScript thread.
  void start(std::unique_ptr<Call> call, ReaderPool::Requests requests, Clock::duration timeout);
  /// On any thread, for a call that is complete and not cancelled.
  void deliver(Call& call);

 private:
  static void on_delivery(Napi::Env env, Napi::Function unused, Environment* environment, Call* call);
  using Delivery = Napi::TypedThreadSafeFunction<Environment, Call, &Environment::on_delivery>;

  void tear_down();

  Napi::Env env_;
  Delivery delivery_;
  std::unordered_map<Call*, std::unique_ptr<Call>> pending_;
};

}  // namespace ebs_nvme::addon
