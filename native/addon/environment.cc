#include "addon/environment.h"

#include <utility>

namespace ebs_nvme::addon {

Environment::Environment(Napi::Env env)
    : env_(env), delivery_(Delivery::New(env, "ebs_nvme delivery", 0, 1, this)) {
  delivery_.Unref(env);
  // Hooks run in reverse order, so this one before the delivery's own: from then on no thread may use the
  // delivery.
  env.AddCleanupHook([](Environment* environment) { environment->tear_down(); }, this);
}

Environment& Environment::of(Napi::Env env) {
  return *env.GetInstanceData<Environment>();
}

void Environment::start(std::unique_ptr<Call> call, ReaderPool::Requests requests, Clock::duration timeout) {
  if (pending_.empty()) delivery_.Ref(env_);
  Call& started = *call;
  pending_.emplace(&started, std::move(call));
  started.submit(std::move(requests), timeout);
}

void Environment::deliver(Call& call) {
  // The queue has no limit and the environment is alive, as its calls are cancelled before it goes: nothing
  // to fail.
  static_cast<void>(delivery_.NonBlockingCall(&call));
}

void Environment::on_delivery(Napi::Env env, Napi::Function, Environment* environment, Call* call) {
  // Without an environment this is the clearing of the queue after tear_down(), which has deleted the call.
  if (static_cast<napi_env>(env) == nullptr) return;
  const auto entry = environment->pending_.extract(call);
  if (environment->pending_.empty()) environment->delivery_.Unref(env);
  call->call_back(env);
}

void Environment::tear_down() {
  for (const auto& [call, owner] : pending_) call->cancel();
  pending_.clear();
}

}  // namespace ebs_nvme::addon
