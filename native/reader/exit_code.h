#pragma once

/// What these processes say to whoever waits for them; those of the collector itself mean the same.
namespace ebs_nvme::exit_code {

inline constexpr int done = 0;
inline constexpr int wrong_usage = 2;
inline constexpr int could_not = 3;
/// The collector sent what is no request.
inline constexpr int wrong_request = 4;

}  // namespace ebs_nvme::exit_code
