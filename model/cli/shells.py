"""Completion scripts. Click's own, changed where `node=state` needs it.

Bash splits words at ``=`` and puts a blank after what it completes. So the script hands over the line as
it was typed, takes off the part before ``=`` that Bash already has, and leaves out the blank after
``node=``. Zsh only needs the last. Fish leaves the blank out by itself.
"""

from __future__ import annotations

import os

from click.shell_completion import BashComplete, ZshComplete, add_completion_class, split_arg_string

BASH = """\
%(complete_func)s() {
    local IFS=$'\\n'
    local line=${COMP_LINE:0:COMP_POINT}
    local word=${line##*[[:space:]]}
    local have="" completion type value

    if [[ $COMP_WORDBREAKS == *=* && $word == *=* ]]; then
        have=${word%%"${word##*=}"}
    fi

    for completion in $(env NOCTURNE_LINE="$line" %(complete_var)s=bash_complete "$1"); do
        IFS=',' read -r type value <<< "$completion"
        case $type in
            dir) compopt -o dirnames 2> /dev/null ;;
            file) compopt -o default 2> /dev/null ;;
            plain) COMPREPLY+=("${value#"$have"}") ;;
        esac
        if [[ $value == *= ]]; then
            compopt -o nospace 2> /dev/null
        fi
    done
}

complete -o nosort -F %(complete_func)s %(prog_name)s
"""

ZSH = """\
#compdef %(prog_name)s

%(complete_func)s() {
    local -a response plain described open
    local type key descr
    (( ! $+commands[%(prog_name)s] )) && return 1

    response=("${(@f)$(env COMP_WORDS="${words[*]}" COMP_CWORD=$((CURRENT-1)) \
%(complete_var)s=zsh_complete %(prog_name)s)}")

    for type key descr in ${response}; do
        if [[ "$type" == "dir" ]]; then
            _path_files -/
        elif [[ "$type" == "file" ]]; then
            _path_files -f
        elif [[ "$key" == *= ]]; then
            open+=("$key":"$descr")
        elif [[ "$descr" == "_" ]]; then
            plain+=("$key")
        else
            described+=("$key":"$descr")
        fi
    done

    if (( $#open )); then
        _describe -V unsorted open -U -S ''
    fi
    if (( $#described )); then
        _describe -V unsorted described -U
    fi
    if (( $#plain )); then
        compadd -U -V unsorted -a plain
    fi
}

if [[ $zsh_eval_context[-1] == loadautofunc ]]; then
    %(complete_func)s "$@"
else
    compdef %(complete_func)s %(prog_name)s
fi
"""


class Bash(BashComplete):
    """Bash, with words that stay whole at ``=``."""

    source_template = BASH

    def get_completion_args(self) -> tuple[list[str], str]:
        """Return (whole words before the cursor, the word at the cursor)."""
        line = os.environ["NOCTURNE_LINE"]
        words = split_arg_string(line)[1:]
        incomplete = "" if not words or line[-1:].isspace() else words.pop()
        return words, incomplete


class Zsh(ZshComplete):
    """Zsh, without a blank after ``node=``."""

    source_template = ZSH


def register() -> None:
    """Tell click to use these."""
    add_completion_class(Bash)
    add_completion_class(Zsh)
