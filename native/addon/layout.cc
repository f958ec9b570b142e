#include "addon/layout.h"

#include <array>
#include <cstdint>

#include "core/outcome.h"
#include "core/record.h"

namespace ebs_nvme::addon {
namespace {

constexpr std::array verdicts{
    "answered", "systemError",   "nvmeStatus",   "invalidMagic", "noAnswer",     "outstanding",
    "notAsked", "anotherDevice", "foreignDrive", "readerEnded",  "readerSilent",
};
static_assert(verdicts.size() == static_cast<std::size_t>(last_verdict) + 1);

constexpr std::array steps{"open", "command", "startThread"};
static_assert(steps.size() == static_cast<std::size_t>(last_step) + 1);

template <std::size_t Length>
Napi::Array to_array(Napi::Env env, const std::array<const char*, Length>& names) {
  auto array = Napi::Array::New(env, Length);
  for (std::uint32_t i = 0; i < Length; ++i) array.Set(i, names[i]);
  return array;
}

}  // namespace

Napi::Object field_indices(Napi::Env env) {
  auto object = Napi::Object::New(env);
  for (const auto& [name, index] : field::names) object.Set(name, static_cast<double>(index));
  return object;
}

Napi::Array verdict_names(Napi::Env env) {
  return to_array(env, verdicts);
}

Napi::Array step_names(Napi::Env env) {
  return to_array(env, steps);
}

}  // namespace ebs_nvme::addon
