// Executes single x86-64 instructions on the processor that runs this program, and prints what they
// leave: the source of instructions.txt. Standard input and output: see README.md.
#define _GNU_SOURCE
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

// Registers before and after, flags before and after, by fixed addresses below 2 GiB.
#define STATE 0x30000000u
#define MEMORY 0x20000000u
#define MEMORY_BYTES 64

static sigjmp_buf back;
static void fault(int number) { siglongjmp(back, number); }

static uint8_t *put(uint8_t *p, const void *bytes, int n) { memcpy(p, bytes, n); return p + n; }

// MOV between a register and STATE + offset.
static uint8_t *move(uint8_t *p, int reg, uint32_t offset, int store) {
  uint8_t head[4] = {0x48 | (reg >> 3) << 2, store ? 0x89 : 0x8b, (reg & 7) << 3 | 4, 0x25};
  uint32_t at = STATE + offset;
  p = put(p, head, 4);
  return put(p, &at, 4);
}

static uint8_t *stub(uint8_t *p, const uint8_t *code, int length) {
  const uint8_t saves[] = {0x53, 0x55, 0x41, 0x54, 0x41, 0x55, 0x41, 0x56, 0x41, 0x57};
  const uint8_t restores[] = {0x41, 0x5f, 0x41, 0x5e, 0x41, 0x5d, 0x41, 0x5c, 0x5d, 0x5b, 0xfc, 0xc3};
  uint32_t in = STATE + 0x200, out = STATE + 0x208;
  p = put(p, saves, sizeof saves);
  p = put(p, "\xff\x34\x25", 3); p = put(p, &in, 4); *p++ = 0x9d;           // push [in]; popfq
  for (int r = 0; r < 16; r++) if (r != 4) p = move(p, r, 8 * r, 0);
  p = put(p, code, length);
  for (int r = 0; r < 16; r++) if (r != 4) p = move(p, r, 0x100 + 8 * r, 1);
  *p++ = 0x9c; p = put(p, "\x8f\x04\x25", 3); p = put(p, &out, 4);          // pushfq; pop [out]
  return put(p, restores, sizeof restores);
}

static int hex(const char *text, uint8_t *to) {
  int n = 0;
  unsigned byte;
  while (sscanf(text + 2 * n, "%2x", &byte) == 1) to[n++] = byte;
  return n;
}

int main(void) {
  int prot = PROT_READ | PROT_WRITE, flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED;
  uint64_t *state = mmap((void *)(uintptr_t)STATE, 4096, prot, flags, -1, 0);
  uint8_t *memory = mmap((void *)(uintptr_t)MEMORY, 4096, prot, flags, -1, 0);
  uint8_t *page = mmap(0, 4096, prot | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  signal(SIGFPE, fault);
  char line[1024], code_text[64], memory_text[256];
  while (fgets(line, sizeof line, stdin)) {
    unsigned long long r[9];
    int n = sscanf(line, "%63s %llx %llx %llx %llx %llx %llx %llx %llx %llx %255s", code_text, &r[0], &r[1],
                   &r[2], &r[3], &r[4], &r[5], &r[6], &r[7], &r[8], memory_text);
    if (n != 11) continue;
    uint8_t code[16];
    memset(state, 0, 4096);
    memset(memory, 0, 4096);
    int length = hex(code_text, code);
    hex(memory_text, memory);
    // rax rcx rdx rbx rsi rdi r8 r9, then the flags.
    const int numbers[] = {0, 1, 2, 3, 6, 7, 8, 9};
    for (int i = 0; i < 8; i++) state[numbers[i]] = r[i];
    state[64] = r[8] | 2;
    stub(page, code, length);
    if (sigsetjmp(back, 1)) { printf("#DE\n"); continue; }
    ((void (*)(void))page)();
    for (int i = 0; i < 8; i++) printf("%llx ", (unsigned long long)state[32 + numbers[i]]);
    printf("%llx ", (unsigned long long)state[65] & 0xcd5);
    for (int i = 0; i < MEMORY_BYTES; i++) printf("%02x", memory[i]);
    printf("\n");
  }
  return 0;
}
