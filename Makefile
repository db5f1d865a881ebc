# Short names for what Meson and Ninja do. CONTRIBUTING.md says more.

MESON := env -u PYTHONHOME -u PYTHONPATH /usr/bin/meson
NINJA := /usr/bin/ninja
PYTHON := /usr/bin/python3

# For tests: gold, where there is one, links in a third of the processor time.
SETUP_BUILD = CC=gcc CC_LD=$(if $(wildcard /usr/bin/ld.gold),gold) $(MESON) setup build

# Where make install and make install-headend put things; units/ say /usr.
PREFIX := /usr

.PHONY: all setup controller install headend install-headend demo test check fuzz bench leaklab edge-demo format clean

all: setup
	@test -f build/build.ninja || $(SETUP_BUILD)
	@$(NINJA) -C build

# Installs the Debian packages that are missing; silent and quick where none is.
setup:
	@tools/setup.sh build

# The programs that a controller's machine, or a Linux headend, needs, without any test.
controller: programs := cleanpath cleanpathd cleanpath-check
headend: programs := cleanpath-barrier cleanpath-agent cleanpath-headend cleanpath-edge
controller headend:
	@tools/setup.sh compile
	@test -f build-$@/build.ninja || CC=gcc $(MESON) setup build-$@ --prefix $(PREFIX)
	@$(NINJA) -C build-$@ $(programs)

# make install [PREFIX=/usr] [DESTDIR=...]: a controller's programs, all manual pages, the service, its user and folders;
# make install-headend: a headend's programs and services.
install: controller
	@DESTDIR='$(DESTDIR)' $(MESON) install -C build-controller --no-rebuild --tags controller,machine,man

install-headend: headend
	@DESTDIR='$(DESTDIR)' $(MESON) install -C build-headend --no-rebuild --tags edge,machine,man

# Exit codes 0 to 2 are answers (all comply, violations, undecided; all routed, not all, in part);
# anything else is a failure.
demo: setup
	@test -f build/build.ninja || $(SETUP_BUILD)
	@$(NINJA) -C build cleanpath
	@for answer in 'audit examples/korea' 'route examples/korea --demands examples/korea-bases.csv'; do \
		echo "\$$ build/cleanpath $$answer"; \
		build/cleanpath $$answer; code=$$?; \
		echo "exit code $$code"; test $$code -le 2 || exit 1; \
	done

test: all
	@tools/test.sh build

check: all
	@tools/check.sh

# make fuzz T=csv [FUZZ_SECONDS=60]
fuzz: setup
	@tools/fuzz.sh $(T)

# make bench [B=one_source] [BENCH_FULL=1] [BENCH_WRITE=1]: the rows whose names begin with B; without
# samples of ours; and writes docs/results/engine.md.
bench:
	@tools/setup.sh bench
	@test -f build-bench/build.ninja || CC=gcc $(MESON) setup build-bench --buildtype=release >&2
	@$(NINJA) -C build-bench --quiet >&2
	@for b in build-bench/bench/bench-*; do \
		if [ -f "$$b" ] && [ -x "$$b" ]; then \
			BENCH_ROWS='$(B)' BENCH_MARKDOWN='$(if $(BENCH_WRITE),docs/results/engine.md)' "$$b" || exit 1; \
		fi; done

# make leaklab [LEAKLAB='--events 500 --seed 1']: root alone can; writes docs/results/leaklab.md.
leaklab: setup
	@test -f build/build.ninja || $(SETUP_BUILD) >&2
	@$(NINJA) -C build --quiet leaklab >&2
	@$(PYTHON) tests/leaklab/leaklab.py --write docs/results/leaklab.md $(LEAKLAB)

# Three machines in namespaces: a sensitive ping goes over the clean link or not at all.
edge-demo: setup
	@test -f build/build.ninja || $(SETUP_BUILD) >&2
	@$(NINJA) -C build --quiet cleanpath-agent cleanpath-headend cleanpath-barrier >&2
	@$(PYTHON) examples/edge-demo/demo.py

format:
	@tools/setup.sh check
	@tools/c_files.sh | xargs -r clang-format -i

clean:
	rm -rf build build-controller build-headend build-asan build-tsan build-fuzz build-bench
