"""`python -m protocol_dsl`"""

from protocol_dsl.cli.main import main

main(prog_name="protocol-dsl")
