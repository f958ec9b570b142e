#include "core/thread.h"

#include <pthread.h>

#include <csignal>
#include <cstddef>

namespace ebs_nvme {
namespace {

// Two pages of data, what is decoded of them, and shallow calls; the rest is for thread-local storage of the
// process, which glibc takes from the stack. Untouched pages cost nothing.
constexpr std::size_t stack_bytes = 256 * 1024;

}  // namespace

int start_detached_thread(void* (*run)(void*), void* argument) noexcept {
  pthread_attr_t attributes;
  if (const int error = pthread_attr_init(&attributes); error != 0) return error;
  pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
  pthread_attr_setstacksize(&attributes, stack_bytes);

  // A new thread inherits the mask: signals are for the threads that handle them.
  sigset_t all;
  sigset_t before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  pthread_t thread;
  const int error = pthread_create(&thread, &attributes, run, argument);
  pthread_sigmask(SIG_SETMASK, &before, nullptr);

  pthread_attr_destroy(&attributes);
  return error;
}

void name_this_thread(const char* name) noexcept {
  pthread_setname_np(pthread_self(), name);
}

}  // namespace ebs_nvme
