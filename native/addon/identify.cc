#include "addon/identify.h"

#include <chrono>
#include <memory>
#include <optional>

#include "addon/call.h"
#include "addon/environment.h"
#include "core/identity.h"

namespace ebs_nvme::addon {
namespace {

Napi::Object to_object(Napi::Env env, const Identity& identity) {
  auto object = Napi::Object::New(env);
  object.Set("vendorId", static_cast<double>(identity.vendor_id));
  object.Set("serial", identity.serial);
  object.Set("model", identity.model);
  object.Set("firmware", identity.firmware);
  object.Set("blockDeviceMapping", identity.block_device_mapping);
  return object;
}

class IdentifyCall final : public Call {
 public:
  IdentifyCall(Environment& environment, Napi::Float64Array block, std::size_t row_length,
               Napi::Function callback, std::size_t size)
      : Call(environment, block, row_length, callback), identities_(size) {}

 private:
  void answered(std::size_t index, const Exchange& exchange, std::span<double>) override {
    identities_[index] = decode_identity(exchange.page());
  }

  Napi::Value result(Napi::Env env) override {
    auto array = Napi::Array::New(env, identities_.size());
    for (std::uint32_t i = 0; i < identities_.size(); ++i) {
      if (identities_[i]) array.Set(i, to_object(env, *identities_[i]));
    }
    return array;
  }

  std::vector<std::optional<Identity>> identities_;
};

}  // namespace

Napi::Value identify(const Napi::CallbackInfo& info) {
  const std::chrono::duration<double, std::milli> timeout{info[1].As<Napi::Number>().DoubleValue()};
  const auto row_length = static_cast<std::size_t>(info[3].As<Napi::Number>().Int64Value());

  auto& environment = Environment::of(info.Env());
  auto requests = to_requests(info[0].As<Napi::Array>(),
                              [](std::size_t, Request& request) { request.query = Query::identify; });
  auto call = std::make_unique<IdentifyCall>(environment, info[2].As<Napi::Float64Array>(), row_length,
                                             info[4].As<Napi::Function>(), requests->size());
  environment.start(std::move(call), std::move(requests),
                    std::chrono::duration_cast<Clock::duration>(timeout));
  return info.Env().Undefined();
}

}  // namespace ebs_nvme::addon
