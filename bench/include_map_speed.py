"""include_map must not take more than 1.5 times what its peer takes on /usr/include.

usage: include_map_speed.py PEER INCLUDE_MAP

Compared is the least CPU time of several runs in turns, which other work on the
machine disturbs least.
"""

import resource
import subprocess
import sys

LIMIT = 1.5
ENOUGH = 5
ROUNDS = 30


def cpu_seconds(program):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    # The exit status is 1 where this machine has a broken link; that is not the point here.
    subprocess.run([program, "/usr/include"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                   timeout=300, check=False)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main():
    peer, ours = sys.argv[1:]
    least = {peer: float("inf"), ours: float("inf")}
    ratio = float("inf")
    for done in range(ROUNDS):
        for program in (peer, ours):
            least[program] = min(least[program], cpu_seconds(program))
        ratio = least[ours] / least[peer]
        if done + 1 >= ENOUGH and ratio <= LIMIT:
            break
    print("include_map %.3f s, peer %.3f s, ratio %.2f" % (least[ours], least[peer], ratio))
    sys.exit(0 if ratio <= LIMIT else 1)


if __name__ == "__main__":
    main()
