"""Street lighting over TALQ 2.7.1: we are the central management software (CMS) of the lighting gateways."""
