//! A user name and a password, at the sign-in page or in a request.

use crate::errors::AadError;
use crate::seed::{self, Standing, User};

/// The user, if name and password are right and the account can be signed in to.
pub(crate) fn check_password(upn: &str, password: &str) -> Result<&'static User, AadError> {
    let user = seed::user(upn).ok_or_else(|| AadError::unknown_user(upn))?;
    // A locked account says so whatever the password is.
    if user.standing == Standing::Locked {
        return Err(AadError::locked_user());
    }
    if password != seed::PASSWORD {
        return Err(AadError::wrong_password());
    }
    match user.standing {
        Standing::Disabled => Err(AadError::disabled_user()),
        Standing::PasswordExpired => Err(AadError::expired_password()),
        _ => Ok(user),
    }
}
